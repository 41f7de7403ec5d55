using System.Text;
using Ferry.Protocol;
using Ferry.Protocol.Content;
using Ferry.Protocol.Values;
using Ferry.Protocol.Wire;
using Ferry.Tests.Protocol.Wire;
using Xunit;

namespace Ferry.Tests.Protocol;

/// <summary>
/// Whole cores, one linked to the next in a row, and what each of them sees: who is served, and what relays outside the
/// network can read.
/// </summary>
public sealed class MembersTests
{
    private const byte Ours = 7;
    private static readonly Manifest File = Some.Content(3);

    [Fact]
    public void Members_fetch_through_a_relay_outside_that_reads_nothing()
    {
        var row = new Row(new Core(Ours), new Core(0, isOpen: true), new Core(Ours));
        row[2].Shares = true;

        row[0].Search("secret plan");
        Assert.Equal(1, row[0].Told<Notice.SearchEnded>().Outside);
        Fetch(row[0], Assert.Single(row[0].AllTold<Notice.SearchHit>()));

        Assert.Single(row[2].Uploads);
        // It carried all of that, and has what is for everybody: ways, and that there was a search.
        var seen = row[1].Seen;
        Assert.Contains(seen, message => message is Sealed);
        Assert.All(seen, message => Assert.True(
            message is Sealed or RouteReply or RouteRequest or Heartbeat or HeartbeatReply or SearchReport
                or FileSearch { Text: "", Content: null, Box.Length: > 0 },
            message.ToString()));
        var bytes = seen.SelectMany(message => message.Encoded()).ToArray().AsSpan();
        foreach (var secret in (byte[][])
            [
                "secret plan"u8.ToArray(), Encoding.UTF8.GetBytes(Core.Name), File.Leaves.ToArray(),
                File.Id.Hash.ToArray(),
            ])
            Assert.Equal(-1, bytes.IndexOf(secret));
    }

    [Fact]
    public void Stranger_at_an_open_neighbour_gets_nothing_of_a_closed_member()
    {
        var row = new Row(new Core(0), new Core(0, isOpen: true), new Core(Ours));
        row[2].Shares = true;
        AssertGetsNothing(row);
    }

    [Fact]
    public void Stranger_gets_nothing_of_a_closed_node_without_network_and_its_joined_neighbour_does()
    {
        var row = new Row(new Core(0), new Core(0, isOpen: true), new Core(0));
        row[2].Shares = true;
        row[2].Network.Standings[row[1].Id] = PeerStanding.Known;
        AssertGetsNothing(row);

        row[1].Search("plan");
        Fetch(row[1], Assert.Single(row[1].AllTold<Notice.SearchHit>()));
        Assert.Single(row[2].Uploads);
    }

    [Fact]
    public void Word_in_a_members_name_is_not_a_members()
    {
        // The stranger speaks as the member at the other end does, but for the box.
        var row = new Row(new Core(Ours), new Core(0, isOpen: true), new Core(Ours));
        row[2].Shares = true;
        row[2].Network.Standings[row[0].Id] = PeerStanding.Known;
        row[0].Search("plan");
        row[1].Seen.Clear();
        var claimed = Some.Heard(row[0].Id, 1UL << 40, 7, to: row[2].Id);

        var flood = claimed with { Destination = default };
        row[2].Receive(row[1], new FileSearch(flood, Some.Query(88), "plan", null, Report: true));
        row[2].Receive(row[1], new ManifestRequest(claimed, File.Id, 0));
        row[2].Receive(row[1], new Sealed(claimed, new byte[200]));
        row.Settle();

        Assert.Empty(row[2].Uploads);
        Assert.DoesNotContain(row[1].Seen, message => message is HasFile or ManifestPart);
        Assert.Equal(1, row[2].Matched);
        Assert.Equal(0, row[2].ManifestsRead);
        // An offer is signed, so a node that is known is served wherever it is, and answered as a member.
        row[2].Receive(row[1], new TransferRequest(
            claimed, Some.Transfer(5), File.Id, [], 1 << 20, 1 << 16, Again: false, new byte[] { 1 }));
        row.Settle();
        Assert.DoesNotContain(row[1].Seen, message => message is TransferAccept);
    }

    [Fact]
    public void Blocked_member_is_not_served()
    {
        var row = new Row(new Core(Ours), new Core(Ours), new Core(Ours));
        row[2].Shares = true;
        row[2].Network.Standings[row[0].Id] = PeerStanding.Blocked;
        row[0].Search("plan");
        Assert.Empty(row[0].AllTold<Notice.SearchHit>());
        row[1].Search("plan");
        Assert.Single(row[1].AllTold<Notice.SearchHit>());
    }

    [Fact]
    public void Open_member_serves_both()
    {
        var row = new Row(new Core(0), new Core(Ours, isOpen: true), new Core(Ours));
        row[1].Shares = true;
        foreach (var asking in (int[])[0, 2])
        {
            row[asking].Search("plan");
            Fetch(row[asking], Assert.Single(row[asking].AllTold<Notice.SearchHit>()));
        }
        Assert.Equal(2, row[1].Uploads.Count);
    }

    [Fact]
    public void Closed_member_gets_from_outside_what_it_searches_for_in_public()
    {
        var row = new Row(new Core(0, isOpen: true), new Core(Ours), new Core(Ours));
        row[0].Shares = true;

        row[2].Search("plan");
        Assert.Empty(row[2].AllTold<Notice.SearchHit>());
        Assert.Equal(1, row[2].Told<Notice.SearchEnded>().Outside);

        row[2].Search("plan", isPublic: true);
        Assert.Equal(0, row[2].Told<Notice.SearchEnded>().Outside);
        Fetch(row[2], Assert.Single(row[2].AllTold<Notice.SearchHit>()), isPublic: true);
        Assert.Single(row[0].Uploads);
    }

    [Fact]
    public void Answer_from_outside_to_what_only_members_can_read_does_not_count()
    {
        var row = new Row(new Core(0, isOpen: true), new Core(Ours));
        row[1].Search("plan", answer: query => row[1].Receive(row[0], new HasFile(
            Some.Heard(row[0].Id, 1UL << 40, 7, to: row[1].Id), query, File.Id, "plan", 5, [])));
        Assert.Empty(row[1].AllTold<Notice.SearchHit>());
    }

    [Fact]
    public void What_was_begun_outside_any_network_goes_on_there()
    {
        var row = new Row(new Core(0, isOpen: true), new Core(0));
        row[0].Shares = true;
        row[1].Search("plan");
        row[1].Network.Number = Ours;
        Fetch(row[1], Assert.Single(row[1].AllTold<Notice.SearchHit>()), isPublic: true);
        Assert.Single(row[0].Uploads);
    }

    private static void AssertGetsNothing(Row row)
    {
        row[0].Search("plan");
        Assert.Empty(row[0].AllTold<Notice.SearchHit>());
        Assert.Equal(0, row[0].Told<Notice.SearchEnded>().SilentCount);

        // By its content id, as one who knows it from elsewhere.
        row[0].Download(new KnownHolder(row[2].Id, []), isPublic: false);
        row[0].Receive(row[0], new RouteReply(default, default));
        row[2].Receive(row[1], new TransferRequest(
            Some.Heard(row[0].Id, 1UL << 40, 7, to: row[2].Id), Some.Transfer(5), File.Id, [], 1 << 20, 1 << 16, false,
            new byte[] { 1 }));
        row.Settle();
        Assert.Equal((0, 0), (row[2].Matched, row[2].ManifestsRead));
        Assert.Empty(row[2].Uploads);
        Assert.DoesNotContain(row[1].Seen, message => message is ManifestPart or TransferAccept or Refusal or HasFile);
    }

    private static void Fetch(Core core, Notice.SearchHit hit, bool isPublic = false) =>
        core.Download(new KnownHolder(hit.Holder, hit.Held), isPublic);

    private sealed class Row
    {
        private readonly Core[] _cores;

        public Row(params Core[] cores)
        {
            _cores = cores;
            for (var at = 0; at < cores.Length; at++) cores[at].Start(this, Some.Node(at + 1));
            for (var at = 1; at < cores.Length; at++) cores[at].LinkTo(cores[at - 1]);
            Settle();
            // Everybody has heard of everybody: a search that goes to the ends and is answered.
            for (var at = 0; at < cores.Length; at++) cores[at].Announce();
            Settle();
            foreach (var core in cores) core.Forget();
        }

        public Core this[int at] => _cores[at];

        public void Settle()
        {
            while (_cores.Any(core => core.TakeOne()))
            {
                // One message after the other.
            }
        }
    }

    private sealed class Core(byte network, bool isOpen = false)
    {
        public const string Name = "the secret plan.txt";

        private readonly Outbox _outbox = new();
        private readonly Queue<(Core From, Message Message)> _inbox = [];
        private readonly Dictionary<LinkId, Core> _links = [];
        private readonly List<Notice> _told = [];
        private Engine? _engine;
        private Row? _row;
        private int _queries;

        public NodeId Id { get; private set; }
        public PlainNetwork Network { get; } = new(network);
        public bool Shares { get; set; }
        public List<Message> Seen { get; } = [];
        public List<StorageRequest.OpenUpload> Uploads { get; } = [];
        public int Matched { get; private set; }
        public int ManifestsRead { get; private set; }

        public void Start(Row row, NodeId id)
        {
            (_row, Id) = (row, id);
            _engine = new Engine(
                Some.Options(id) with { IsOpen = isOpen, Seed = Some.Seed(id.Hash.A) }, new PlainSeals(), Network,
                RecoveredState.Empty);
            _engine.Start(Some.At(0), _outbox);
            CarryOut();
        }

        public void LinkTo(Core other)
        {
            Up(other, dialed: true);
            other.Up(this, dialed: false);
        }

        public void Announce() => Search("nothing");

        public void Forget()
        {
            Seen.Clear();
            _told.Clear();
            Matched = 0;
        }

        public void Search(string text, bool isPublic = false, Action<QueryId>? answer = null)
        {
            _told.Clear();
            var query = new QueryId(Id.Hash.A + (UInt128)(++_queries * 1000));
            Handle(new Input.StartSearch(query, text, null) { IsPublic = isPublic });
            answer?.Invoke(query);
            _row!.Settle();
        }

        public void Download(KnownHolder holder, bool isPublic)
        {
            Handle(new Input.StartDownload(File.Id, Name, File.Layout.ContentBytes, [holder], null)
            {
                IsPublic = isPublic,
            });
            _row!.Settle();
        }

        public T Told<T>() where T : Notice => _told.OfType<T>().Last();
        public IReadOnlyList<T> AllTold<T>() where T : Notice => [.. _told.OfType<T>()];

        public void Receive(Core from, Message message)
        {
            if (from != this) _inbox.Enqueue((from, message));
        }

        public bool TakeOne()
        {
            if (!_inbox.TryDequeue(out var next)) return false;
            Seen.Add(next.Message);
            var link = _links.First(link => link.Value == next.From).Key;
            Handle(new Input.Received(link, next.Message, null));
            return true;
        }

        private void Up(Core other, bool dialed)
        {
            var link = _links.Count + 1;
            _links[Some.Link(link)] = other;
            Handle(Some.LinkUp(link, other.Id, dialed));
        }

        private void Handle(Input input)
        {
            _engine!.Handle(Some.At(1), input, _outbox);
            CarryOut();
        }

        private void CarryOut()
        {
            var effects = _outbox.Effects.ToList();
            _outbox.Clear();
            foreach (var effect in effects)
            {
                if (effect is Effect.Send { Message: not Heartbeat } send)
                    _links[send.Link].Receive(this, send.Message);
                else if (effect is Effect.Tell tell) _told.Add(tell.Notice);
                else if (effect is Effect.Store { Request: var request }) Answer(request);
            }
        }

        private void Answer(StorageRequest request)
        {
            switch (request)
            {
                case StorageRequest.MatchShares match:
                    Matched++;
                    var hit = new ShareMatch(File.Id, Name, File.Layout.ContentBytes, []);
                    var fits = Shares && (match.Content == File.Id
                        || match.Text.Contains("plan", StringComparison.Ordinal));
                    Stored(new StorageResult.SharesMatched(
                        match.Query, fits ? ShareMatches.Of([hit]) : ShareMatches.None, IsBusy: false));
                    break;
                case StorageRequest.ReadManifest read:
                    ManifestsRead++;
                    Stored(new StorageResult.ManifestRead(
                        read.Content, read.Requester, File.Layout.ContentBytes, read.First, File.Leaves));
                    break;
                case StorageRequest.OpenDownload:
                    Stored(new StorageResult.DownloadOpened(File.Id, new ChunkMap(File.Layout.ChunkCount), "part"));
                    break;
                case StorageRequest.OpenUpload upload:
                    Uploads.Add(upload);
                    Stored(new StorageResult.UploadOpened(upload.Transfer, Name, File.Layout));
                    break;
            }
        }

        private void Stored(StorageResult result) => Handle(new Input.Stored(result));
    }
}
