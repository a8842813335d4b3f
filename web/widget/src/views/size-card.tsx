import type { SizeColumn, SizeTable } from "@xiaoer/protocol";
import type { Words } from "../words/words.ts";
import { CheckIcon } from "./icons.tsx";

/** Sizes beside each other: how each would sit, zone by zone, how surely, and on whose word. */
export function SizeCard({ table, words }: { table: SizeTable; words: Words }) {
  const zones = [...new Set(table.sizes.flatMap((size) => size.zones.map(({ zone }) => zone)))];
  return (
    <section class="size-card" data-card="size" aria-label={words.sizeTitle}>
      <header class="size-head">
        <p class="size-name">{table.name}</p>
        {table.body && <p class="size-body">{table.body}</p>}
      </header>
      <div class="size-scroll">
        <table style={{ "--columns": table.sizes.length }}>
          <caption class="unseen">{`${table.name} · ${table.body}`}</caption>
          <thead>
            <tr>
              <th scope="col">
                <span class="unseen">{words.sizeTitle}</span>
              </th>
              {table.sizes.map((size) => (
                <th scope="col" key={size.size} class={mark(size)}>
                  <span class="size-letter">{size.size}</span>
                  {size.advised ? (
                    <span class="size-badge">
                      <CheckIcon />
                      {words.sizeAdvised}
                    </span>
                  ) : (
                    <span class="size-badge is-empty" aria-hidden="true" />
                  )}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            <tr>
              <th scope="row">{words.sizeOverall}</th>
              {table.sizes.map((size) => (
                <td key={size.size} class={mark(size)}>
                  {size.look}
                </td>
              ))}
            </tr>
            <tr class="size-chances">
              <th scope="row">{words.sizeChance}</th>
              {table.sizes.map((size) => (
                <td key={size.size} class={mark(size)}>
                  <Chances size={size} words={words} />
                </td>
              ))}
            </tr>
            {zones.map((zone) => (
              <tr key={zone}>
                <th scope="row">{zone}</th>
                {table.sizes.map((size) => (
                  <td key={size.size} class={mark(size)}>
                    <Ease size={size} zone={zone} />
                  </td>
                ))}
              </tr>
            ))}
            <tr class="size-counts">
              <th scope="row">{words.sizeWorn}</th>
              {table.sizes.map((size) => (
                <td key={size.size} class={mark(size)}>
                  {words.sizeRecords(size.records)}
                </td>
              ))}
            </tr>
          </tbody>
        </table>
      </div>
      {table.note && <p class="size-note">{table.note}</p>}
      <details class="size-ground">
        <summary>{words.sizeGround(table.records, table.records_of_buyers)}</summary>
        <ul>
          {table.shown?.map((line) => (
            <li key={line}>{line}</li>
          ))}
        </ul>
        {table.evidence && <p class="size-ids">{table.evidence.join(" · ")}</p>}
      </details>
    </section>
  );
}

/** Too small, fits, too large: as parts of one bar, and in words for who does not see it. */
function Chances({ size, words }: { size: SizeColumn; words: Words }) {
  const [small, fit, large] = [size.p_small, size.p_fit, size.p_large].map((p) => Math.round(p * 100));
  return (
    <>
      <span class="chance-fit">{fit}%</span>
      <span class="chance-bar" role="img" aria-label={words.sizeChances(small ?? 0, fit ?? 0, large ?? 0)}>
        <i class="is-small" style={{ flexGrow: size.p_small }} />
        <i class="is-fit" style={{ flexGrow: size.p_fit }} />
        <i class="is-large" style={{ flexGrow: size.p_large }} />
      </span>
    </>
  );
}

function Ease({ size, zone }: { size: SizeColumn; zone: string }) {
  const known = size.zones.find((one) => one.zone === zone);
  if (!known) return <>–</>;
  const cm = Math.round(known.ease_cm * 10) / 10;
  return (
    <>
      {known.look && <span class="ease-look">{known.look}</span>}
      <span class="ease-cm">{`${cm > 0 ? "+" : cm < 0 ? "−" : ""}${Math.abs(cm)} cm`}</span>
    </>
  );
}

function mark(size: SizeColumn): string | undefined {
  return size.advised ? "is-advised" : undefined;
}
