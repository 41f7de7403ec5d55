using Ferry.Protocol;
using Ferry.Protocol.Content;
using Ferry.Storage.Disk;

namespace Ferry.Storage.Downloads;

/// <summary>
/// Translates a disk failure for the core (a <see cref="DiskTrouble"/>) and for the user (a sentence with a way out).
/// </summary>
internal static class DiskTroubles
{
    public static StorageResult.DownloadStalled Stalled(ContentId content, string name, DiskException failure) =>
        new(content, OfError(failure.Error), $"{name}: {failure.Message}; {Advice(failure.Error)}");

    private static DiskTrouble OfError(DiskError error) => error switch
    {
        DiskError.Full => DiskTrouble.Full,
        DiskError.NotWritable or DiskError.TooLarge => DiskTrouble.NotWritable,
        DiskError.BadPath or DiskError.Malformed => DiskTrouble.BadPath,
        DiskError.Changed => DiskTrouble.Changed,
        DiskError.Away => DiskTrouble.Away,
        _ => DiskTrouble.Faulty,
    };

    private static string Advice(DiskError error) => error switch
    {
        DiskError.Full => "the download goes on by itself when there is room",
        DiskError.NotWritable => "the download goes on by itself once the folder can be written",
        DiskError.TooLarge => "the download goes on by itself once files may be that large",
        DiskError.BadPath => "ask for it again with --output and another path",
        DiskError.Malformed => "ask whoever offers it to share it anew",
        DiskError.Away => "the download goes on by itself when it is mounted; if it is no disk of its own any more, "
            + "stop the node and remove the file 'mounts' in its home",
        DiskError.NotFound => "the download goes on by itself, what was taken away is fetched again",
        DiskError.Changed => "what differs is fetched again before the file gets its name",
        _ => "the download goes on by itself when the disk works again, chunks are verified before they are trusted",
    };
}
