import { describe, expect, it } from "vitest";
import { clockFace, deadlineOf, secondsLeft, urgencyOf } from "../src/desk/clock.ts";

describe("the 3-minute clock", () => {
  const received = 1_000_000;

  it("does not run while nothing is unanswered", () => {
    expect(deadlineOf(null, received)).toBeNull();
    expect(urgencyOf(null, received)).toBe("none");
  });

  it("counts from what the server said was left", () => {
    const deadline = deadlineOf(180, received) ?? 0;
    expect(secondsLeft(deadline, received)).toBe(180);
    expect(secondsLeft(deadline, received + 500)).toBe(179);
    expect(secondsLeft(deadline, received + 60_000)).toBe(120);
  });

  it.each([
    [180, "calm"],
    [81, "calm"],
    [80, "soon"],
    [31, "soon"],
    [30, "urgent"],
    [1, "urgent"],
    [0, "overdue"],
    [-75, "overdue"],
  ])("with %i seconds left it is %s", (left, urgency) => {
    expect(urgencyOf(deadlineOf(left, received), received)).toBe(urgency);
  });

  it.each([
    [180, "3:00"],
    [65, "1:05"],
    [9, "0:09"],
    [-75, "1:15"],
    [3_665, "61:05"],
  ])("shows %i as %s", (seconds, face) => {
    expect(clockFace(seconds)).toBe(face);
  });
});
