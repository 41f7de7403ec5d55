using System.Text;
using Ferry.Protocol;
using Ferry.Protocol.Content;
using Ferry.Protocol.Values;
using Ferry.Protocol.Wire;

namespace Ferry.Tests.Protocol.Wire;

/// <summary>
/// Valid messages by chance, the same for the same seed; each field is now and then at one of its ends.
/// </summary>
internal sealed class RandomMessages(ulong seed)
{
    private static readonly MessageType[] Types = Enum.GetValues<MessageType>();
    private readonly SeededRandom _random = new(seed);

    public Message Next() => Next(Types[_random.Next(Types.Length)]);

    public Message Next(MessageType type) => type switch
    {
        MessageType.Join => Join(),
        MessageType.Leave => new Leave(Member<LeaveReason>()),
        MessageType.Heartbeat => new Heartbeat(_random.NextUInt64()),
        MessageType.HeartbeatReply => new HeartbeatReply(_random.NextUInt64()),
        MessageType.RouteWithdrawal => new RouteWithdrawal([.. Times(WireLimits.UnreachableMax).Select(_ => Node())]),
        MessageType.FileSearch => new FileSearch(
            Flood(), Query(), Text(WireLimits.QueryBytesMax), _random.Next(2) == 0 ? null : Content(),
            _random.Next(2) == 0)
        {
            Box = Blob(WireLimits.QueryBoxBytesMax),
        },
        MessageType.HasFile => new HasFile(
            ToOne(), Query(), Content(), Text(WireLimits.NameBytesMax), Int64(0, ChunkLayout.ContentBytesMax), Set())
        {
            Traits = new FileTraits(Int64(long.MinValue / 4, long.MaxValue / 4), Int32(0, FileTraits.ModeMax)),
        },
        MessageType.TransferRequest => new TransferRequest(
            ToOne(), Transfer(), Content(), Wish(), Int64(0, WireLimits.WindowBytesMax),
            Int32(WireLimits.PieceBytesMin, WireLimits.PieceBytesMax), _random.Next(2) == 0,
            Blob(WireLimits.KeyBytesMax))
        {
            Proof = Blob(WireLimits.ProofBytesMax),
        },
        MessageType.FileTransfer => new FileTransfer(
            ToOne(), Transfer(), Int32(0, ChunkLayout.ChunkCountMax - 1), Int32(0, ChunkLayout.ChunkBytesMax - 1),
            _random.NextUInt64(), Int32(FileTransfer.SealBytes + 1, WireLimits.BodyBytesMax)),
        MessageType.Ack => new Ack(
            ToOne(), Transfer(), Int32(0, ChunkLayout.ChunkCountMax), Set(), Int64(0, WireLimits.WindowBytesMax),
            Int64(0, long.MaxValue))
        {
            Proof = Blob(WireLimits.ProofBytesMax),
        },
        MessageType.TransferAccept => new TransferAccept(ToOne(), Transfer(), Blob(WireLimits.KeyBytesMax)),
        MessageType.TransferResume => new TransferResume(ToOne(), Transfer(), Content())
        {
            Proof = Blob(WireLimits.ProofBytesMax),
        },
        MessageType.Refusal => new Refusal(
            ToOne(), Transfer(), Member<RefusalReason>(), Blob(WireLimits.ProofBytesMax)),
        MessageType.Receipt => new Receipt(ToOne(), Transfer(), Blob(WireLimits.ProofBytesMax)),
        MessageType.ManifestRequest => new ManifestRequest(ToOne(), Content(), Int32(0, ChunkLayout.ChunkCountMax - 1)),
        MessageType.ManifestPart => ManifestPart(),
        MessageType.RouteRequest => new RouteRequest(Flood(), Query(), Node(), _random.NextUInt64()),
        MessageType.RouteReply => new RouteReply(ToOne(), Query()),
        MessageType.SearchReport => SearchReport(),
        MessageType.AddressOffer => new AddressOffer(
            [.. Times(WireLimits.AddressesMax).Select(_ => Text(WireLimits.AddressBytesMax))]),
        MessageType.SharedIdentity => new SharedIdentity(_random.Next(2) == 0, Text(WireLimits.AddressBytesMax)),
        MessageType.Offer => Offer(),
        MessageType.OfferAnswer => OfferAnswer(),
        MessageType.Sealed => new Sealed(ToOne(), Blob(1000)),
        MessageType.NetworkKey => new NetworkKey(Node().Hash),
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "Teach RandomMessages the new message."),
    };

    private Offer Offer() => new(
        ToOne(), Transfer(), Content(), Text(WireLimits.OfferNameBytesMax), Int64(0, ChunkLayout.ContentBytesMax),
        Blob(WireLimits.ProofBytesMax))
    {
        Traits = new FileTraits(Int64(long.MinValue / 4, long.MaxValue / 4), Int32(0, FileTraits.ModeMax)),
        IsFolder = _random.Next(2) == 0, IsWithdrawn = _random.Next(2) == 0,
    };

    private OfferAnswer OfferAnswer() => new(
        ToOne(), Transfer(), Content(), Member<OfferState>(), Int64(0, WireLimits.WallTimeMax),
        Blob(WireLimits.ProofBytesMax));

    private Join Join()
    {
        var versionMax = Int32(1, ushort.MaxValue);
        return new Join(
            (ushort)Int32(1, versionMax), (ushort)versionMax, Node(), Text(WireLimits.NicknameBytesMax),
            Int32(WireLimits.FrameBytesMin, int.MaxValue),
            Blob(WireLimits.AdmissionProofBytesMax), (ulong)_random.NextUInt128());
    }

    private SearchReport SearchReport()
    {
        var fitting = Int32(0, int.MaxValue);
        return new SearchReport(
            ToOne(), Query(), fitting, Int32(0, fitting), _random.Next(2) == 0,
            [.. Times(ShareMatches.HashingMax).Select(_ => Int64(0, ChunkLayout.ContentBytesMax)).Select(size =>
                new HashingFile(Text(WireLimits.NameBytesMax), size, Int64(0, size)))],
            Int32(0, int.MaxValue),
            [.. Times(WireLimits.AskedMax).Select(_ => new AskedNode(Node(), (uint)_random.NextUInt64()))]);
    }

    private ManifestPart ManifestPart()
    {
        if (_random.Next(4) == 0) return new ManifestPart(ToOne(), Content(), -1, 0, default);
        var leaves = Blob(WireLimits.LeavesPerPartMax, unitBytes: Bytes32.Length);
        var first = Int32(0, ChunkLayout.ChunkCountMax - leaves.Length / Bytes32.Length);
        return new ManifestPart(ToOne(), Content(), Int64(0, ChunkLayout.ContentBytesMax), first, leaves);
    }

    private Envelope Flood() => new(
        Node(), NodeId.None, _random.NextUInt64(), (uint)_random.NextUInt64(), (byte)Int32(0, WireLimits.HopLimitMax),
        (byte)Int32(1, WireLimits.HopLimitMax));

    private Envelope ToOne() => Flood() with { Destination = Node() };
    private NodeId Node() => new(Digest());
    private ContentId Content() => new(Digest());
    private QueryId Query() => new(_random.NextUInt128());
    private TransferId Transfer() => new(_random.NextUInt128());

    private Bytes32 Digest() =>
        new(_random.NextUInt64(), _random.NextUInt64(), _random.NextUInt64(), _random.NextUInt64());

    private TEnum Member<TEnum>() where TEnum : struct, Enum
    {
        var members = Enum.GetValues<TEnum>();
        return members[_random.Next(members.Length)];
    }

    private int Int32(int min, int max) => (int)Int64(min, max);

    private long Int64(long min, long max) => _random.Next(8) switch
    {
        0 => min,
        1 => max,
        _ => min + (long)(_random.NextUInt64() % ((ulong)(max - min) + 1)),
    };

    /// <summary>Mostly few, sometimes none, sometimes as many as there may be.</summary>
    private IEnumerable<int> Times(int max) => Enumerable.Range(0, _random.Next(8) == 0 ? max : _random.Next(6));

    private byte[] Blob(int countMax, int unitBytes = 1)
    {
        var bytes = new byte[Times(countMax).Count() * unitBytes];
        for (var index = 0; index < bytes.Length; index++) bytes[index] = (byte)_random.NextUInt64();
        return bytes;
    }

    private string Text(int bytesMax)
    {
        string[] letters = ["a", "é", "中", "🚢", " ", "/", ".."];
        var text = new StringBuilder();
        var bytes = 0;
        foreach (var _ in Times(bytesMax))
        {
            var letter = letters[_random.Next(letters.Length)];
            bytes += Encoding.UTF8.GetByteCount(letter);
            if (bytes > bytesMax) break;
            text.Append(letter);
        }
        return text.ToString();
    }

    /// <summary>Ranges in any order, some of them overlapping.</summary>
    private ChunkRange[] Wish()
    {
        if (_random.Next(8) == 0) return [new ChunkRange(0, ChunkLayout.ChunkCountMax)];
        const int LongMax = ChunkLayout.ChunkCountMax / WireLimits.RangesMax;
        return [.. Times(WireLimits.RangesMax).Select(_ => Range(Int32(1, LongMax)))];
    }

    /// <summary>Ranges one behind the other, some of them meeting.</summary>
    private List<ChunkRange> Set()
    {
        var ranges = new List<ChunkRange>();
        foreach (var _ in Times(WireLimits.RangesMax))
        {
            var lowest = ranges.Count == 0 ? 0 : ranges[^1].End;
            if (lowest == ChunkLayout.ChunkCountMax) break;
            var first = Math.Min(lowest + _random.Next(4), ChunkLayout.ChunkCountMax - 1);
            ranges.Add(new ChunkRange(first, 1 + _random.Next(Math.Min(1000, ChunkLayout.ChunkCountMax - first))));
        }
        return ranges;
    }

    private ChunkRange Range(int count) => new(Int32(0, ChunkLayout.ChunkCountMax - count), count);
}
