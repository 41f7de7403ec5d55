using System.Globalization;
using Ferry.Protocol.Content;

namespace Ferry.Storage.Disk;

/// <summary>Permissions as they travel with a file, and as the user's umask lets them arrive.</summary>
internal static class UnixMode
{
    private const int OwnerReads = 0x100, OwnerReadsAndWrites = 0x180, AllReadAndWrite = 0x1b6;

    private static readonly int Umask = ReadUmask();

    /// <summary>
    /// Its owner can read a file that is offered, whatever its mode says; so no mode is 0, which means that there is
    /// none.
    /// </summary>
    /// <param name="mode">Null where the system has none.</param>
    public static FileTraits Offered(DateTime modified, UnixFileMode? mode) => new(
        (modified - DateTime.UnixEpoch).Ticks * TimeSpan.NanosecondsPerTick,
        mode is { } some ? ((int)some & FileTraits.ModeMax) | OwnerReads : 0);

    /// <summary>
    /// Never wider than at the holder or than a file that its user makes, but for its owner: who asked for it may
    /// change it, and a node that restarts in between opens it for writing.
    /// </summary>
    public static UnixFileMode Arriving(FileTraits traits) => (UnixFileMode)(
        (traits.Mode == 0 ? AllReadAndWrite : traits.Mode) & ~Umask | OwnerReadsAndWrites);

    /// <summary>
    /// umask(2) can only be read by setting it, which other threads would feel; Linux shows it in a file (proc(5)).
    /// </summary>
    private static int ReadUmask()
    {
        const int Usual = 0x12; // 022
        try
        {
            if (!OperatingSystem.IsLinux()) return Usual;
            var line = File.ReadLines("/proc/self/status").FirstOrDefault(
                line => line.StartsWith("Umask:", StringComparison.Ordinal));
            return line is null ? Usual : ParseOctal(line.AsSpan("Umask:".Length).Trim());
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return Usual; // A sandbox without /proc.
        }
    }

    private static int ParseOctal(ReadOnlySpan<char> digits)
    {
        var value = 0;
        foreach (var digit in digits) value = 8 * value + CharUnicodeInfo.GetDecimalDigitValue(digit);
        return value & FileTraits.ModeMax;
    }
}
