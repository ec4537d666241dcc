// How long something lasts, in the largest unit that fits whole: 90 minutes are not an hour.

export function lasting(ms: number): { unit: "minutes" | "hours" | "days"; count: number } {
  const minutes = Math.round(ms / 60_000);
  if (minutes % 1440 === 0) return { unit: "days", count: minutes / 1440 };
  if (minutes % 60 === 0) return { unit: "hours", count: minutes / 60 };
  return { unit: "minutes", count: minutes };
}
