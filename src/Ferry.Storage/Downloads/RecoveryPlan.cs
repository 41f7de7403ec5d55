using Ferry.Storage.Disk;
using Ferry.Storage.Journal;

namespace Ferry.Storage.Downloads;

/// <summary>
/// What to do at start-up with a download of the log, given the files on the disk. A crash leaves a download in one of
/// these states: its partial file exists (the download goes on with the chunks that the log calls durable); it was
/// being finished and has its final name (it is finished); it was being finished and has both names or the old one (the
/// core's next request finishes it); it was cancelled, and its partial file may remain (it is deleted). Any other state
/// comes from another program, or from a disk that lost flushed data: then only chunks whose hash is right count.
/// </summary>
internal abstract record RecoveryPlan
{
    private RecoveryPlan() { }

    /// <summary>It was cancelled.</summary>
    /// <param name="DeletesPart">False when another program made the file that is there.</param>
    public sealed record Discard(bool DeletesPart) : RecoveryPlan;

    /// <summary>
    /// It is finished if the file under its final name has the content; otherwise the plan is made again without that
    /// file: between the log record and the rename another program may have replaced the partial file.
    /// </summary>
    /// <param name="IsAlsoPart">
    /// Both names are one file: where the file system cannot rename without replacing, the new name is linked first.
    /// </param>
    public sealed record ConfirmFinished(string FinalPath, bool IsAlsoPart) : RecoveryPlan;

    /// <summary>
    /// It is finished: the manifest is deleted only after the end, and only the log's last record was not written.
    /// </summary>
    public sealed record CloseFinished(bool IsAlsoPart) : RecoveryPlan;

    /// <summary>Without its manifest nothing can be verified.</summary>
    public sealed record GiveUp : RecoveryPlan;

    /// <param name="ChoosesPart">Another program has the partial file's name: choose another name.</param>
    /// <param name="VerifiesDurable">The log or the file is not as it was left: verify durable chunks.</param>
    /// <param name="IsMissing">
    /// The file held chunks and does not exist. Its disk may not be mounted yet: the log keeps the entry.
    /// </param>
    public sealed record Continue(bool ChoosesPart, bool VerifiesDurable, bool IsMissing) : RecoveryPlan;

    public static RecoveryPlan For(LoggedDownload entry, DownloadFacts facts, bool logWasDamaged)
    {
        if (entry.IsAbandoned) return new Discard(DeletesPart: !IsForeign(entry, facts.Part));
        if (entry.FinishingAs is { } finalPath && facts.Final is { } final)
        {
            var isAlsoPart = facts.Part is { Inode: not 0 } part && part.Inode == final.Inode;
            if (isAlsoPart || facts.Part is null)
            {
                return facts.HasManifest
                    ? new ConfirmFinished(finalPath, isAlsoPart) : new CloseFinished(isAlsoPart);
            }
        }
        if (!facts.HasManifest) return new GiveUp();
        // Without a durable chunk the file may not have been created before the crash: EnsureCreated does that next.
        if (facts.Part is not { } found || IsForeign(entry, found))
            return new Continue(facts.Part is not null, VerifiesDurable: false, IsMissing: !entry.Durable.IsEmpty);
        return new Continue(false, logWasDamaged || found.Length != entry.Opened.ContentBytes, IsMissing: false);
    }

    /// <summary>
    /// The log names a partial file before it is created, and after a crash in between another program may have created
    /// a file of that name. A partial file of ours is empty at first, then as long as the content.
    /// </summary>
    public static bool IsForeign(LoggedDownload entry, FileStamp? part) =>
        entry.Durable.IsEmpty && part is { Length: not 0 } there && there.Length != entry.Opened.ContentBytes;
}

/// <summary>The files of a download on the disk.</summary>
/// <param name="Part">Under the name of its partial file.</param>
/// <param name="Final">Under its final name, if the log says that it was being finished.</param>
internal sealed record DownloadFacts(FileStamp? Part, FileStamp? Final, bool HasManifest);
