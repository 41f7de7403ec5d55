using Ferry.Protocol;
using Ferry.Protocol.Content;
using Ferry.Protocol.Values;
using Ferry.Storage.Disk;
using Ferry.Storage.Downloads;
using Ferry.Storage.Journal;
using Xunit;

namespace Ferry.Tests.Storage.Downloads;

public sealed class RecoveryPlanTests
{
    private const long ContentBytes = 2 * ChunkLayout.ChunkBytesMin;
    private static readonly FileStamp Ours = new(ContentBytes, 1, 7, 1);
    private static readonly FileStamp Other = new(ContentBytes, 1, 8, 1);
    private static readonly FileStamp Shorter = new(3, 1, 9, 1);
    private static readonly FileStamp Empty = new(0, 1, 10, 1);

    private static readonly LoggedDownload Begun = Entry(chunks: 0);
    private static readonly LoggedDownload Half = Entry(chunks: 1);
    private static readonly LoggedDownload Finishing = Entry(chunks: 2) with { FinishingAs = "/d/a" };

    [Fact]
    public void Download_goes_on_with_its_partial_file()
    {
        Assert.Equal(Go(), Plan(Half, part: Ours));
        Assert.Equal(Go(), Plan(Begun, part: Ours));
    }

    [Fact]
    public void Nothing_is_trusted_that_is_not_as_it_was_left()
    {
        Assert.Equal(Go(verifies: true), Plan(Half, part: Shorter));
        Assert.Equal(Go(verifies: true), Plan(Half, part: Ours, logWasDamaged: true));
    }

    [Fact]
    public void File_that_held_chunks_and_is_not_there_is_missed()
    {
        Assert.Equal(Go(isMissing: true), Plan(Half, part: null));
        Assert.Equal(Go(), Plan(Begun, part: null));
    }

    [Fact]
    public void File_of_somebody_else_is_left_alone()
    {
        Assert.Equal(Go(choosesPart: true), Plan(Begun, part: Shorter));
        Assert.Equal(Go(verifies: true), Plan(Begun, part: Empty));
        Assert.Equal(new RecoveryPlan.Discard(DeletesPart: false), Plan(Begun with { IsAbandoned = true }, Shorter));
    }

    [Fact]
    public void Renamed_file_is_looked_at()
    {
        Assert.Equal(new RecoveryPlan.ConfirmFinished("/d/a", false), Plan(Finishing, part: null, final: Ours));
        Assert.Equal(new RecoveryPlan.ConfirmFinished("/d/a", true), Plan(Finishing, part: Ours, final: Ours));
        Assert.Equal(new RecoveryPlan.CloseFinished(false), Plan(Finishing, null, Ours, hasManifest: false));
    }

    [Fact]
    public void Rename_that_did_not_happen_is_done_later()
    {
        Assert.Equal(Go(), Plan(Finishing, part: Ours));
        Assert.Equal(Go(), Plan(Finishing, part: Ours, final: Other));
        Assert.Equal(Go(), Plan(Half, part: Ours, final: Ours));
    }

    /// <summary>A file system without inode numbers cannot tell that two names are one file.</summary>
    [Fact]
    public void Inode_zero_is_no_inode()
    {
        var unknown = Ours with { Inode = 0 };
        Assert.Equal(Go(), Plan(Finishing, part: unknown, final: unknown));
    }

    [Fact]
    public void Abandoned_file_is_deleted_whatever_else_there_is() =>
        Assert.Equal(new RecoveryPlan.Discard(true), Plan(Finishing with { IsAbandoned = true }, Ours, Ours, false));

    [Fact]
    public void Without_a_manifest_nothing_can_go_on() =>
        Assert.Equal(new RecoveryPlan.GiveUp(), Plan(Half, part: Ours, hasManifest: false));

    private static RecoveryPlan Plan(
        LoggedDownload entry, FileStamp? part, FileStamp? final = null, bool hasManifest = true,
        bool logWasDamaged = false) =>
        RecoveryPlan.For(entry, new DownloadFacts(part, final, hasManifest), logWasDamaged);

    private static RecoveryPlan.Continue Go(bool choosesPart = false, bool verifies = false, bool isMissing = false) =>
        new(choosesPart, verifies, isMissing);

    private static LoggedDownload Entry(int chunks)
    {
        var durable = new ChunkMap(2);
        for (var chunk = 0; chunk < chunks; chunk++) durable.Add(chunk);
        var opened = new JournalRecord.DownloadOpened(
            Some.Content(2).Id, ContentBytes, "a", null, "/d/a.part", "/d/a", TestClock.Noon);
        return new LoggedDownload(opened, durable, TestClock.Noon, null, IsAbandoned: false);
    }
}
