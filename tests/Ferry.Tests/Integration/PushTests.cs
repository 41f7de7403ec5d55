using Ferry.Runtime;
using Xunit;

namespace Ferry.Tests.Integration;

public sealed class PushTests
{
    [Fact]
    public async Task A_file_is_offered_accepted_and_receipted_and_nobody_else_gets_it()
    {
        await using var stage = new NodeStage();
        var sender = await stage.StartAsync("sender");
        var receiver = await stage.StartAsync("receiver");
        var other = await stage.StartAsync("other");
        await stage.JoinAsync(receiver, sender);
        await stage.JoinAsync(other, receiver);
        var source = stage.MakeFile("files", "song.flac", 5_000_000);
        var sending = SendAsync(stage, sender, "receiver", source);

        var offer = await receiver.OffersAsync(stage.Limit).FirstAsync(stage.Limit);
        Assert.Equal(("song.flac", 5_000_000, "sender"), (offer.Name, offer.Size, offer.Nickname));
        Assert.Equal(NodeFingerprint.Of((await sender.StatusAsync(stage.Limit)).Node), offer.Fingerprint);
        var thief = await stage.RequestAsync(other, offer.ContentId);
        Assert.Equal(FailureKind.NothingFound, Assert.IsType<RequestEvent.Failed>(thief[^1]).Kind);

        var accepted = await AcceptAsync(stage, receiver, "song.flac");
        NodeStage.AssertSameFile(source, Assert.IsType<RequestEvent.Completed>(accepted[^1]).Path);
        var told = await sending;
        Assert.Equal(OfferPhase.Arrived, told[^1].State);
        Assert.Single(told, info => info.State == OfferPhase.Arrived);
        Assert.Empty(await receiver.FilesAsync(stage.Limit).ToListAsync(stage.Limit));
        var listed = Assert.Single(await sender.TransfersAsync(stage.Limit));
        Assert.Equal((TransferPhase.Arrived, offer.Offer), (listed.State, listed.Transfer));
        var late = await stage.RequestAsync(other, "song.flac");
        Assert.Equal(FailureKind.NothingFound, Assert.IsType<RequestEvent.Failed>(late[^1]).Kind);
    }

    [Fact]
    public async Task A_refusal_is_told_to_the_sender()
    {
        await using var stage = new NodeStage();
        var sender = await stage.StartAsync("sender");
        var receiver = await stage.StartAsync("receiver");
        await stage.JoinAsync(receiver, sender);
        var sending = SendAsync(stage, sender, "receiver", stage.MakeFile("files", "song.flac", 10));
        var offer = await receiver.OffersAsync(stage.Limit).FirstAsync(stage.Limit);

        Assert.Equal(OfferPhase.Refused, (await receiver.RefuseAsync(offer.Offer[..8], stage.Limit)).State);
        Assert.Equal(OfferPhase.Refused, (await sending)[^1].State);
        var again = await Assert.ThrowsAsync<FerryException>(() => receiver.RefuseAsync("song.flac", stage.Limit));
        Assert.Equal(FailureKind.NothingFound, again.Kind);
    }

    [Fact]
    public async Task A_folder_of_a_node_that_is_trusted_is_taken_at_once_over_a_relay()
    {
        await using var stage = new NodeStage();
        var sender = await stage.StartAsync("sender");
        var id = (await sender.StatusAsync(stage.Limit)).Node;
        var relay = await stage.StartAsync("relay");
        var receiver = await stage.StartAsync(stage.OptionsOf("receiver") with { AcceptFrom = [id] });
        await stage.JoinAsync(relay, sender);
        await stage.JoinAsync(receiver, relay);
        var folder = Path.GetDirectoryName(stage.MakeFile("maps", "north.map", 100_000))!;
        File.WriteAllText(Path.Combine(folder, "legend.txt"), "sea");
        var to = (await receiver.StatusAsync(stage.Limit)).Node;

        var told = await SendAsync(stage, sender, to, folder);

        Assert.Equal((OfferPhase.Arrived, ContentKind.Folder), (told[^1].State, told[^1].Kind));
        var arrived = Path.Combine(stage.PathOf("receiver"), "downloads", Path.GetFileName(folder));
        Assert.Equal("sea", File.ReadAllText(Path.Combine(arrived, "legend.txt")));
        Assert.Equal(2, Directory.GetFiles(arrived).Length);
    }

    [Fact]
    public async Task A_name_that_is_taken_is_treated_as_the_receiver_s_user_says()
    {
        await using var stage = new NodeStage();
        var sender = await stage.StartAsync("sender");
        var receiver = await stage.StartAsync("receiver");
        await stage.JoinAsync(receiver, sender);
        var source = stage.MakeFile("files", "song.flac", 1000);
        var older = stage.MakeFile("older", "song.flac", 10);
        var options = new AcceptOptions("song.flac", older);

        var sending = SendAsync(stage, sender, "receiver", source);
        await receiver.OffersAsync(stage.Limit).FirstAsync(stage.Limit);
        var skipped = await AcceptAsync(stage, receiver, options with { OnConflict = OnConflict.Skip });
        Assert.Equal(older, Assert.IsType<RequestEvent.Skipped>(skipped[^1]).Path);
        Assert.Equal(OfferPhase.Refused, (await sending)[^1].State);

        sending = SendAsync(stage, sender, "receiver", source);
        await receiver.OffersAsync(stage.Limit).FirstAsync(stage.Limit);
        await AcceptAsync(stage, receiver, options with { OnConflict = OnConflict.Overwrite });
        Assert.Equal(OfferPhase.Arrived, (await sending)[^1].State);
        NodeStage.AssertSameFile(source, older);
    }

    private static async Task<IReadOnlyList<OfferInfo>> SendAsync(
        NodeStage stage, FerryNode node, string to, string path) =>
        await node.SendAsync(new SendOptions([to], [path]), stage.Limit).ToListAsync(stage.Limit);

    private static Task<IReadOnlyList<RequestEvent>> AcceptAsync(NodeStage stage, FerryNode node, string what) =>
        AcceptAsync(stage, node, new AcceptOptions(what, null));

    private static async Task<IReadOnlyList<RequestEvent>> AcceptAsync(
        NodeStage stage, FerryNode node, AcceptOptions options) =>
        await node.AcceptAsync(options, stage.Limit).ToListAsync(stage.Limit);
}
