using Ferry.Protocol.Finding;
using Ferry.Protocol.Values;

namespace Ferry.Tests.Protocol.Finding;

/// <summary>Finders on one segment in virtual time: a probe reaches all others at once, and their answers come back.
/// </summary>
internal sealed class FinderStage
{
    private readonly List<Mate> _mates = [];

    public Instant Now { get; private set; }

    /// <summary>Everything that was sent, as somebody hears it who listens to all.</summary>
    public List<byte[]> Heard { get; } = [];

    /// <param name="network">0 for none.</param>
    public Mate Add(
        int number, int network, FoundStanding standing = FoundStanding.None, IMemberBoxes? boxes = null)
    {
        var mate = new Mate(number, network, standing, boxes ?? new PlainBoxes(network));
        _mates.Add(mate);
        mate.Finder.OnNetwork(Now);
        return mate;
    }

    public void Run(double seconds)
    {
        var end = Now + Some.Seconds(seconds);
        while (true)
        {
            Step();
            var due = Instant.Earliest([.. _mates.Select(mate => mate.Finder.DueAt)]);
            if (due > end) break;
            Now = Instant.Max(due, Now);
        }
        Now = end;
    }

    /// <summary>A probe of this node as it is now, which the others do not hear.</summary>
    public byte[] ProbeOf(Mate mate)
    {
        mate.Finder.Look(Now);
        Now += ProbeSchedule.GapMin;
        return mate.Finder.NextProbe(Now)!;
    }

    private void Step()
    {
        foreach (var mate in _mates)
        {
            if (mate.Finder.NextProbe(Now) is { } probe) Spread(mate, probe);
            while (mate.Finder.NextDial(Now) is { } dial) mate.Dial(dial, _mates, Now);
        }
    }

    private void Spread(Mate asker, byte[] probe)
    {
        Heard.Add(probe);
        foreach (var other in _mates.Where(_ => asker.IsInReach))
        {
            if (!other.IsInReach) continue;
            if (other.Finder.OnDatagram(Now, asker.Host, 4747, probe) is not { } reply) continue;
            Heard.Add(reply);
            asker.Finder.OnDatagram(Now, other.Host, 4747, reply);
        }
    }
}

internal sealed class Mate : IFinderView
{
    private readonly int _network;
    private ulong _drawn;

    public Mate(int number, int network, FoundStanding standing, IMemberBoxes boxes)
    {
        (Number, _network, Standing) = (number, network, standing);
        _drawn = (ulong)number << 32;
        Finder = new Finder(
            Some.Node(number), this, boxes, () => new UInt128(++_drawn, _drawn), span => span,
            new HostNumbers());
    }

    public int Number { get; }
    public Finder Finder { get; }
    public string Host => $"10.0.0.{Number}";
    public FoundStanding Standing { get; }
    public string Nickname => $"mate{Number}";
    public List<FoundDial> Dials { get; } = [];
    public HashSet<int> Linked { get; } = [];

    /// <summary>Datagrams from and to it arrive.</summary>
    public bool IsInReach { get; set; } = true;

    public bool IsWanted(NodeId member) => !Linked.Any(number => Some.Node(number) == member);

    public bool IsLinked(string host) => Linked.Any(number => host == $"10.0.0.{number}");

    public void Dial(FoundDial dial, IReadOnlyList<Mate> all, Instant now)
    {
        Dials.Add(dial);
        var other = all.FirstOrDefault(mate => dial.Places.Any(place => place.Host == mate.Host));
        var isLinked = other is not null && other._network == _network;
        if (isLinked)
        {
            Linked.Add(other!.Number);
            other.Linked.Add(Number);
        }
        Finder.OnDialed(now, dial, isLinked);
    }

    /// <summary>The last number of the host: what falls together is known.</summary>
    private sealed class HostNumbers : IEqualityComparer<string>
    {
        public bool Equals(string? one, string? other) => one == other;

        public int GetHashCode(string host) => int.TryParse(host.Split('.')[^1], out var number) ? number : 0;
    }
}

/// <summary>Boxes whose key is their first byte, and which are bound to all that is before them.</summary>
internal sealed class PlainBoxes(int network) : IMemberBoxes
{
    private const int Extra = 40;

    public byte[] Seal(ReadOnlySpan<byte> text, ReadOnlySpan<byte> associated)
    {
        var box = new byte[text.Length + Extra];
        if (network == 0) return box;
        (box[0], box[1]) = ((byte)network, Sum(associated));
        text.CopyTo(box.AsSpan(Extra));
        return box;
    }

    public OpenedBox? Open(ReadOnlySpan<byte> box, ReadOnlySpan<byte> associated) =>
        network != 0 && box[0] == network && box[1] == Sum(associated)
            ? new OpenedBox(box[Extra..].ToArray(), (ulong)network) : null;

    private static byte Sum(ReadOnlySpan<byte> bytes)
    {
        byte sum = 1;
        foreach (var value in bytes) sum = (byte)(sum * 31 + value);
        return sum;
    }
}
