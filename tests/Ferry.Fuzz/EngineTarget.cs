using System.Buffers.Binary;
using Ferry.Protocol;
using Ferry.Protocol.Content;
using Ferry.Protocol.Values;
using Ferry.Protocol.Wire;

namespace Ferry.Fuzz;

/// <summary>
/// The whole core, between neighbours that say what the bytes say: operations of a byte, each with what it takes. What
/// the core asks of the disk is answered as by one that opens all, has what was asked for, and keeps nothing.
/// </summary>
internal sealed class EngineTarget
{
    private const int Links = 3;

    private static readonly NodeId Self = new(new Bytes32(1, 0, 0, 0));
    private static readonly Manifest Wanted = Manifest.Create(
        3 * ChunkLayout.ChunkBytesMin, new byte[3 * Bytes32.Length]);

    private readonly Engine _engine = new(
        new EngineOptions { Self = Self, Nickname = "fuzzed", Seed = default, FirstSequence = 1, IsOpen = true },
        new PlainSeals(), new PlainNetwork(1), RecoveredState.Empty);
    private readonly Outbox _outbox = new();
    private readonly LinkId[] _links = new LinkId[Links];
    private Instant _now;
    private int _lastLink;

    public static void Run(byte[] bytes) => new EngineTarget().Run(bytes.AsSpan());

    private void Run(ReadOnlySpan<byte> bytes)
    {
        _engine.Start(_now, _outbox);
        for (var link = 0; link < Links; link++) LinkUp(link);
        Handle(new Input.StartDownload(Wanted.Id, "wanted", Wanted.Layout.ContentBytes, [], null));
        while (bytes.Length >= 3)
        {
            var (operation, argument) = (bytes[0], BinaryPrimitives.ReadUInt16BigEndian(bytes[1..]));
            bytes = bytes[3..];
            var link = _links[operation % Links];
            switch (operation / Links % 8)
            {
                case 0:
                    _now += TimeSpan.FromMilliseconds(argument);
                    Tick();
                    break;
                case 1: LinkUp(operation % Links); break;
                case 2: Handle(new Input.LinkDown(link, "gone")); break;
                default:
                    var head = bytes[..Math.Min(argument, bytes.Length)];
                    bytes = bytes[head.Length..];
                    Receive(link, head);
                    break;
            }
        }
        _now += TimeSpan.FromMinutes(1);
        Tick();
    }

    private void Receive(LinkId link, ReadOnlySpan<byte> head)
    {
        if (MessageCodec.Decode(head, out var message) != DecodeError.None) return;
        var body = message is FileTransfer piece ? new BytesPayload(new byte[piece.BodyBytes]) : null;
        Handle(new Input.Received(link, message!, body));
    }

    /// <summary>Another link to the same neighbour, over the same path.</summary>
    private void LinkUp(int link)
    {
        _links[link] = new LinkId(++_lastLink);
        var peer = new NodeId(new Bytes32((ulong)link + 2, 0, 0, 0));
        var traits = new LinkTraits("tcp", 1 << 20, 100_000_000, TimeSpan.FromMilliseconds(1));
        Handle(new Input.LinkUp(
            _links[link], new Join(1, 1, peer, "peer", 1 << 20, default, 0), traits, $"path {link}",
            "somewhere", Dialed: true));
    }

    private void Tick()
    {
        // A deadline that stays behind would be one for ever.
        for (var turns = 0; _engine.NextDeadline <= _now; turns++)
        {
            if (turns > 10_000) throw new InvalidOperationException("a deadline stays behind");
            Handle(new Input.Tick());
        }
    }

    private void Handle(Input input)
    {
        _engine.Handle(_now, input, _outbox);
        var asked = _outbox.Effects.OfType<Effect.Store>().Select(effect => effect.Request).ToList();
        _outbox.Clear();
        foreach (var request in asked)
        {
            if (Answer(request) is { } result) Handle(new Input.Stored(result));
        }
    }

    private static StorageResult? Answer(StorageRequest request) => request switch
    {
        StorageRequest.OpenUpload open => new StorageResult.UploadOpened(open.Transfer, "given", Wanted.Layout),
        StorageRequest.OpenDownload open => new StorageResult.DownloadOpened(
            open.Manifest.Id, new ChunkMap(open.Manifest.Layout.ChunkCount), "part"),
        StorageRequest.AbandonDownload abandon => new StorageResult.DownloadAbandoned(abandon.Content),
        _ => null,
    };
}
