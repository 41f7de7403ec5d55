using Ferry.Protocol;
using Ferry.Protocol.Content;
using Ferry.Protocol.Values;
using Ferry.Protocol.Wire;
using Xunit;

namespace Ferry.Tests.Protocol.Hub;

/// <summary>
/// What a requester does at once when the path to its holder, two hops away, changes: it asks again for what it is
/// owed, and for no more. The clock stands still, so no deadline does it.
/// </summary>
public sealed class ReachabilityTests
{
    private const int Wire = 3;
    private const int OtherWire = 4;
    private const int Bluetooth = 5;
    private static readonly NodeId Self = Some.Node(1);
    private static readonly NodeId Relay = Some.Node(3);
    private static readonly NodeId OtherRelay = Some.Node(4);
    private static readonly NodeId Holder = Some.Node(9);
    private static readonly Manifest File = Some.Content(200);

    private readonly Outbox _outbox = new();
    private readonly Engine _engine = new(
        Some.Options(Self), new PlainSeals(), new PlainNetwork(), RecoveredState.Empty);

    public ReachabilityTests()
    {
        _engine.Start(Some.At(0), _outbox);
        Handle(Some.LinkUp(Wire, Relay));
    }

    [Fact]
    public void What_is_owed_is_asked_for_over_a_path_that_is_found_later()
    {
        Handle(Some.LinkUp(OtherWire, OtherRelay));
        var owed = DownloadOver(Wire);
        Handle(new Input.LinkDown(Some.Link(Wire), "gone"));
        Assert.Empty(_outbox.Sent<TransferRequest>());
        HearOfHolder(OtherWire);
        AssertAskedAgain(owed, OtherWire);
    }

    [Fact]
    public void What_is_owed_is_asked_for_over_another_path_that_is_known()
    {
        Handle(Some.LinkUp(OtherWire, OtherRelay));
        var owed = DownloadOver(Wire);
        HearOfHolder(OtherWire);
        Handle(new Input.LinkDown(Some.Link(Wire), "gone"));
        AssertAskedAgain(owed, OtherWire);
    }

    [Fact]
    public void What_one_of_two_links_to_a_relay_has_lost_is_asked_for_over_the_other()
    {
        Handle(Some.LinkUp(Bluetooth, Relay, traits: Some.Bluetooth));
        var owed = DownloadOver(Wire);
        Handle(new Input.LinkDown(Some.Link(Wire), "gone"));
        AssertAskedAgain(owed, Bluetooth);
    }

    /// <summary>Returns the chunks that the holder has been asked for.</summary>
    private List<int> DownloadOver(int link)
    {
        HearOfHolder(link);
        Handle(new Input.StartDownload(File.Id, "song.flac", 0, [new KnownHolder(Holder, [])], null));
        Receive(link, new ManifestPart(FromHolder, File.Id, File.Layout.ContentBytes, 0, File.Leaves));
        Handle(new Input.Stored(new StorageResult.DownloadOpened(File.Id, new ChunkMap(200), "song.part")));
        var session = Assert.Single(_outbox.Sent<TransferRequest>()).Message.Transfer;
        Receive(link, new TransferAccept(FromHolder, session, new byte[] { 2 }));
        var owed = _outbox.Sent<TransferRequest>().SelectMany(sent => Chunks(sent.Message)).ToList();
        Assert.NotEmpty(owed);
        _outbox.Clear();
        return owed;
    }

    private void AssertAskedAgain(IEnumerable<int> owed, int link)
    {
        var (over, request) = Assert.Single(_outbox.Sent<TransferRequest>());
        Assert.Equal((Some.Link(link), Holder, true), (over, request.Envelope.Destination, request.Again));
        Assert.Equal(owed, Chunks(request));
    }

    private static IEnumerable<int> Chunks(TransferRequest request) =>
        request.Wanted.SelectMany(range => Enumerable.Range(range.First, range.Count));

    private static Envelope FromHolder => Some.Heard(Holder, 5, 2000, to: Self);

    private void HearOfHolder(int link) => Receive(link, new RouteReply(FromHolder, default));

    private void Receive(int link, Message message) => Handle(new Input.Received(Some.Link(link), message, Body: null));

    private void Handle(Input input) => _engine.Handle(Some.At(0), input, _outbox);
}
