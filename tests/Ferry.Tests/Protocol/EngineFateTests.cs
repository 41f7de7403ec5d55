using Ferry.Protocol;
using Ferry.Protocol.Content;
using Ferry.Protocol.Values;
using Ferry.Protocol.Wire;
using Ferry.Tests.Protocol.Wire;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace Ferry.Tests.Protocol;

/// <summary>
/// Valid messages of all kinds at random, from neighbours that say what they like, and a disk that answers what it
/// likes: nothing throws, every body ends in exactly one effect, and no deadline stays behind.
/// </summary>
public sealed class EngineFateTests
{
    private static readonly NodeId Self = Some.Node(1);

    [Fact]
    public void Whatever_neighbours_say_nothing_throws_and_every_body_has_one_end() =>
        Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), seed =>
        {
            var chaos = new Chaos((ulong)seed);
            for (var step = 0; step < 300; step++)
                if (chaos.Step() is { } trouble) return false.Label($"step {step}: {trouble}");
            return true.Label("");
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(100));

    private sealed class Chaos
    {
        private readonly SeededRandom _random;
        private readonly RandomMessages _messages;
        private readonly Outbox _outbox = new();
        private readonly Engine _engine = new(
            Some.Options(Self), new PlainSeals(), new PlainNetwork(), RecoveredState.Empty);
        private readonly Manifest[] _files = [Some.Content(3, 1), Some.Content(700, 2), Some.Content(0, 3)];
        private readonly List<TransferId> _transfers = [Some.Transfer(1)];
        private readonly Queue<StorageRequest> _requests = [];
        private readonly List<LinkId> _up = [];
        private Instant _now;
        private int _links;
        private ulong _said;

        public Chaos(ulong seed)
        {
            (_random, _messages) = (new SeededRandom(seed), new RandomMessages(seed));
            _engine.Start(_now, _outbox);
            for (var link = 0; link < 3; link++) Handle(LinkUp());
            foreach (var file in _files)
                Handle(new Input.StartDownload(file.Id, "song", 0, [new KnownHolder(Anybody(), [])], null));
        }

        public string? Step()
        {
            var body = default(BytesPayload);
            Input input;
            switch (_random.Next(16))
            {
                case 0: input = LinkUp(); break;
                case 1: input = new Input.LinkDown(Link(), "gone"); break;
                case 2: input = new Input.BulkSent(Link(), _random.Next(100_000)); break;
                case 3: input = new Input.LinkMeasured(Link(), _random.Next(1 << 30)); break;
                case < 6: input = Tick(); break;
                case < 10 when _requests.TryDequeue(out var request) && Answer(request) is { } result:
                    input = new Input.Stored(result);
                    break;
                default:
                    var message = Message();
                    if (message is FileTransfer piece) body = new BytesPayload(piece.BodyBytes);
                    input = new Input.Received(Link(), message, body);
                    break;
            }
            var ends = Handle(input).Count(effect => BodyOf(effect) is { } ended && ended == body);
            if (body is not null && ends != 1) return $"{ends} ends of the body of {input}";
            if (input is Input.Tick && _engine.NextDeadline <= _now) return "the deadline stays behind";
            return null;
        }

        private static Payload? BodyOf(Effect effect) => effect switch
        {
            Effect.Forward forward => forward.Body,
            Effect.Drop drop => drop.Body,
            Effect.Store { Request: StorageRequest.PersistPiece persist } => persist.Body,
            _ => null,
        };

        private List<Effect> Handle(Input input)
        {
            _engine.Handle(_now, input, _outbox);
            var effects = _outbox.Effects.ToList();
            _outbox.Clear();
            foreach (var effect in effects)
            {
                if (effect is Effect.Store store) _requests.Enqueue(store.Request);
                if (effect is Effect.Send { Message: TransferRequest request }) _transfers.Add(request.Transfer);
            }
            return effects;
        }

        private Input.Tick Tick()
        {
            var deadline = _engine.NextDeadline;
            if (deadline != Instant.Never && deadline > _now) _now = deadline;
            return new Input.Tick();
        }

        private Input.LinkUp LinkUp()
        {
            _up.Add(Some.Link(++_links));
            return Some.LinkUp(_links, Some.Node(2 + _random.Next(3)), _random.Next(2) == 0);
        }

        /// <summary>A message whose ids are often such as mean something here.</summary>
        private Message Message()
        {
            var message = _messages.Next();
            if (message is not RoutedMessage routed) return message;
            var to = routed.Envelope.IsFlood ? default : _random.Next(2) == 0 ? Self : Anybody();
            var source = _random.Next(20) == 0 ? Self : Anybody();
            routed = routed with { Envelope = routed.Envelope with { Source = source, Destination = to } };
            var (file, transfer) = (_files[_random.Next(3)], _transfers[_random.Next(_transfers.Count)]);
            byte[] key = [(byte)(1 + _random.Next(3))];
            if (routed is SessionWord word && _random.Next(4) > 0)
                routed = word with { Proof = _random.Next(2) == 0 ? new byte[] { 3 } : PlainSeals.ProofOf(_said++) };
            return routed switch
            {
                HasFile hit => hit with { Content = file.Id },
                FileTransfer piece => piece with { Transfer = transfer, Chunk = _random.Next(4) },
                TransferRequest request => request with
                {
                    Transfer = transfer,
                    Content = file.Id,
                    KeyOffer = _random.Next(2) == 0 ? key : default,
                },
                TransferAccept accept => accept with { Transfer = transfer, KeyAnswer = key },
                Ack ack => ack with { Transfer = transfer },
                Receipt receipt => receipt with { Transfer = transfer },
                Refusal refusal => refusal with { Transfer = transfer },
                TransferResume resume => resume with { Transfer = transfer, Content = file.Id },
                ManifestPart when _random.Next(2) == 0 => Part(routed.Envelope, file),
                ManifestPart part => part with { Content = file.Id },
                ManifestRequest request => request with { Content = file.Id },
                RouteRequest request => request with { Wanted = _random.Next(2) == 0 ? Self : Anybody() },
                _ => routed,
            };
        }

        private static ManifestPart Part(Envelope envelope, Manifest file) =>
            new(envelope, file.Id, file.Layout.ContentBytes, 0, file.Leaves[..Math.Min(file.Leaves.Length, 512 * 32)]);

        private StorageResult? Answer(StorageRequest request) => request switch
        {
            StorageRequest.MatchShares match => new StorageResult.SharesMatched(
                match.Query,
                ShareMatches.Of([new ShareMatch(_files[0].Id, "song", _files[0].Layout.ContentBytes, [new(0, 3)])]),
                IsBusy: _random.Next(8) == 0),
            StorageRequest.ReadManifest read =>
                new StorageResult.ManifestRead(read.Content, read.Requester, -1, read.First, default),
            StorageRequest.OpenUpload open => _random.Next(4) == 0
                ? new StorageResult.UploadRefused(open.Transfer, RefusalReason.NotShared)
                : new StorageResult.UploadOpened(open.Transfer, "song", _files[_random.Next(3)].Layout),
            StorageRequest.OpenDownload open => Opened(open.Manifest),
            StorageRequest.RetryDownload retry => Opened(_files.First(file => file.Id == retry.Content)),
            StorageRequest.PersistPiece persist => Persisted(persist),
            StorageRequest.FinishDownload finish => _random.Next(3) == 0
                ? new StorageResult.DownloadStalled(finish.Content, DiskTrouble.Full, "full")
                : new StorageResult.DownloadFinished(finish.Content, "song", false),
            StorageRequest.AbandonDownload abandon => new StorageResult.DownloadAbandoned(abandon.Content),
            _ => null,
        };

        private StorageResult Opened(Manifest file) => _random.Next(4) == 0
            ? new StorageResult.DownloadStalled(file.Id, DiskTrouble.Faulty, "broken")
            : new StorageResult.DownloadOpened(file.Id, new ChunkMap(file.Layout.ChunkCount), "song.part");

        private StorageResult Persisted(StorageRequest.PersistPiece persist) => _random.Next(3) switch
        {
            0 => new StorageResult.ChunkRejected(persist.Content, persist.Piece.Chunk, persist.Piece.Transfer),
            1 => new StorageResult.DownloadStalled(persist.Content, DiskTrouble.Full, "full"),
            _ => new StorageResult.ChunksDurable(persist.Content, [persist.Piece.Chunk]),
        };

        private NodeId Anybody() => Some.Node(2 + _random.Next(5));

        private LinkId Link() => _up[Math.Max(0, _up.Count - 1 - _random.Next(6))];
    }
}
