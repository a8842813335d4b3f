-- How an answer was made (JSON): pack version, model, tokens, milliseconds. For the desk and for scoring, never for a buyer.
alter table turn add column stamp text;
