namespace Ferry.App.Output;

/// <summary>Sizes, rates and times as people read them, and back. Decimal units: 1 GB is 1,000,000,000 bytes.</summary>
internal static class Units
{
    private static readonly string[] Names = ["B", "KB", "MB", "GB", "TB", "PB", "EB"];

    /// <summary>Two or three significant digits: <c>812 B</c>, <c>1.4 GB</c>, <c>86 MB</c>.</summary>
    public static string Size(double bytes)
    {
        var value = double.IsFinite(bytes) ? Math.Max(0, bytes) : 0;
        var unit = 0;
        // 999.5 would be printed as 1000: it belongs to the next unit.
        while (value >= 999.5 && unit < Names.Length - 1)
        {
            value /= 1000;
            unit++;
        }
        return unit > 0 && value < 9.95 ? $"{value:0.0} {Names[unit]}" : $"{value:0} {Names[unit]}";
    }

    public static string Rate(double bytesPerSecond) => Size(bytesPerSecond) + "/s";

    /// <summary><c>420 ms</c>, <c>4.2 s</c>, <c>1:05</c>, <c>2:03:00</c>, <c>3 days</c>.</summary>
    public static string Time(double seconds)
    {
        if (!double.IsFinite(seconds) || seconds < 0) return "?";
        if (seconds < 0.9995) return $"{seconds * 1000:0} ms";
        if (seconds < 9.95) return $"{seconds:0.0} s";
        if (seconds < 59.5) return $"{seconds:0} s";
        var whole = (long)Math.Min(Math.Round(seconds), TimeSpan.MaxValue.TotalSeconds);
        if (whole < 3600) return $"{whole / 60}:{whole % 60:00}";
        if (whole < 2 * 86400) return $"{whole / 3600}:{whole / 60 % 60:00}:{whole % 60:00}";
        return $"{whole / 86400} days";
    }

    /// <summary>Rounded down, so that 100 % means all of it.</summary>
    public static int Percent(long done, long size) =>
        size <= 0 ? 100 : (int)Int128.Clamp((Int128)done * 100 / size, 0, 100);

    public static string Count(long count, string one, string many) => count == 1 ? $"1 {one}" : $"{count} {many}";

    /// <summary><c>500ms</c>, <c>20s</c>, <c>2m</c>, <c>1h</c>. The unit is asked for: 20 could be anything.</summary>
    public static TimeSpan? ParseTime(string text)
    {
        var (number, unit) = Split(text);
        TimeSpan? one = unit switch
        {
            "ms" => TimeSpan.FromMilliseconds(1),
            "s" => TimeSpan.FromSeconds(1),
            "m" => TimeSpan.FromMinutes(1),
            "h" => TimeSpan.FromHours(1),
            _ => null,
        };
        return number is { } value && one is { } span && value * span.TotalDays < 10_000 ? span * value : null;
    }

    /// <summary><c>300MB</c>, <c>1.5 GB</c>, <c>64KiB</c>, <c>4096</c>.</summary>
    public static long? ParseSize(string text)
    {
        var (number, unit) = Split(text);
        double? one = unit.ToUpperInvariant() switch
        {
            "" or "B" => 1,
            "K" or "KB" => 1e3,
            "M" or "MB" => 1e6,
            "G" or "GB" => 1e9,
            "T" or "TB" => 1e12,
            "KIB" => 1L << 10,
            "MIB" => 1L << 20,
            "GIB" => 1L << 30,
            "TIB" => 1L << 40,
            _ => null,
        };
        return number * one is { } bytes && bytes < 1e18 ? (long)bytes : null;
    }

    private static (double? Number, string Unit) Split(string text)
    {
        var trimmed = text.AsSpan().Trim();
        var digits = 0;
        while (digits < trimmed.Length && (char.IsAsciiDigit(trimmed[digits]) || trimmed[digits] == '.')) digits++;
        return double.TryParse(trimmed[..digits], out var number)
            ? (number, trimmed[digits..].Trim().ToString())
            : (null, "");
    }
}
