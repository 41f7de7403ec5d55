namespace Ferry.Storage.Journal;

/// <summary>How long ago something was logged, by the wall clock; at least zero.</summary>
internal static class EntryAge
{
    /// <summary>
    /// Times before this come from a clock that was not set: a small computer without a battery starts in 1970.
    /// </summary>
    private static readonly DateTimeOffset ClockWasSet = new(2020, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public static TimeSpan Of(DateTimeOffset logged, DateTimeOffset now) =>
        logged < ClockWasSet || now < logged ? TimeSpan.Zero : now - logged;
}
