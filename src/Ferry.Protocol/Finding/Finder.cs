using Ferry.Protocol.Values;

namespace Ferry.Protocol.Finding;

/// <summary>What a finder has to know of its node, which may change at any time.</summary>
public interface IFinderView
{
    /// <summary>What strangers are told, and the nickname for members.</summary>
    FoundStanding Standing { get; }
    string Nickname { get; }

    /// <summary>Whether a link to the member is missing and wanted.</summary>
    bool IsWanted(NodeId member);

    /// <summary>Whether somebody is linked who is at that host.</summary>
    bool IsLinked(string host);
}

/// <summary>
/// Finds nodes on the network segments that this node is on, by question and answer. A probe goes to all and says
/// nothing; every node answers it, and its answer has who it is in a box that only members of its network can open. The
/// box is bound to the probe's nonce, so an answer that was recorded is of no use: neither to make a node dial, nor to
/// see by its dialling which network it is in. Who belongs to no network answers too, with chance in the box's place.
/// <para>
/// The asker dials: a member whose box it has opened, and, if it has a passphrase, whoever says to have one: only the
/// proof of it in the handshake shows whether it is the same (a tag derived from it could be tried offline). Both
/// within budgets. When two ask at the same time one of them waits a little for the other's link.
/// </para>
/// </summary>
/// <param name="draw">Fresh random bits that nobody can foretell.</param>
/// <param name="hosts">Hashes hosts in a way that nobody else can foretell.</param>
public sealed class Finder(
    NodeId self, IFinderView view, IMemberBoxes boxes, Func<UInt128> draw, Func<TimeSpan, TimeSpan> jitter,
    IEqualityComparer<string> hosts)
{
    /// <summary>How long an answer may take: longer than the radio of a sleeping device.</summary>
    public static readonly TimeSpan ReplyLimit = TimeSpan.FromSeconds(5);

    /// <summary>How long of two that ask at once the one waits for the other's link.</summary>
    public static readonly TimeSpan OtherWaits = TimeSpan.FromSeconds(1);

    public const int ProbesMax = 8;
    public const int AskersMax = 256;
    public const int NodesMax = 1_024;

    internal static readonly BucketSize Replies = new(256, 64);
    internal static readonly BucketSize RepliesOfHost = new(16, 2);

    /// <summary>Answers looked into: each may cost as many tries to open it as this node has keys.</summary>
    internal static readonly BucketSize Answers = new(1_024, 256);
    internal static readonly BucketSize AnswersOfHost = new(64, 16);

    internal static readonly BucketSize MemberDials = new(64, 4);
    internal static readonly BucketSize StrangerDials = new(16, 0.04);
    private static readonly Backoff MemberPauses = new(TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(60));
    private static readonly Backoff StrangerPauses = new(TimeSpan.FromMinutes(1), TimeSpan.FromDays(1));

    private readonly ProbeSchedule _schedule = new(jitter);
    private readonly List<(UInt128 Nonce, Instant SentAt)> _probes = [];
    private readonly Dictionary<ulong, FoundNode> _found = [];

    /// <summary>Hosts that have asked lately.</summary>
    private readonly Dictionary<string, Instant> _askers = [];
    private readonly DialPlan<FoundMember> _members = new(MemberDials, MemberPauses);
    private readonly DialPlan<ulong> _strangers = new(StrangerDials, StrangerPauses);
    private readonly SharedBucket<string> _replies = new(hosts, Replies, RepliesOfHost);
    private readonly SharedBucket<string> _answers = new(hosts, Answers, AnswersOfHost);
    private ulong _run = (ulong)draw();
    private bool _isOn;

    /// <summary>When to look for a probe or a dial again.</summary>
    public Instant DueAt =>
        _isOn ? Instant.Earliest(_schedule.DueAt, _members.DueAt, _strangers.DueAt) : Instant.Never;

    /// <summary>Nodes that have answered since then.</summary>
    public IReadOnlyList<FoundNode> HeardSince(Instant since) =>
        [.. _found.Values.Where(node => node.HeardAt >= since)];

    /// <summary>The network has changed, or is used for the first time: others see a new run there.</summary>
    public void OnNetwork(Instant now)
    {
        _isOn = true;
        _run = (ulong)draw();
        _schedule.OnChange(now);
    }

    /// <summary>The user wants to know who is there.</summary>
    public void Look(Instant now) => _schedule.OnChange(now);

    public void OnLinkLost(Instant now) => _schedule.OnLinkLost(now);

    /// <summary>Probes reach somebody more: unproven, and so no oftener than whoever likes can lose links.</summary>
    public void OnHostTold(Instant now) => _schedule.OnLinkLost(now);

    /// <summary>There is no network to look on, or the node has left.</summary>
    public void Stop()
    {
        _isOn = false;
        _probes.Clear();
        _members.Clear();
        _strangers.Clear();
    }

    /// <summary>The probe to send to all; null when none is due.</summary>
    public byte[]? NextProbe(Instant now)
    {
        if (!_isOn || _schedule.DueAt > now) return null;
        if (_probes.Count == ProbesMax) _probes.RemoveAt(0);
        var nonce = draw();
        _probes.Add((nonce, now));
        _schedule.OnSent(now, _found.Values.Count(node => now - node.HeardAt < ProbeSchedule.IdleMax));
        return new Datagram.Probe(nonce).Encode();
    }

    /// <summary>What to send back; null when nothing.</summary>
    /// <param name="host">Where it came from, on a segment that this machine is on.</param>
    /// <param name="port">Where this node takes connections of the host.</param>
    public byte[]? OnDatagram(Instant now, string host, ushort port, ReadOnlySpan<byte> bytes)
    {
        if (!_isOn) return null;
        switch (Datagram.Decode(bytes))
        {
            case Datagram.Probe probe: return OnProbe(now, probe, host, port);
            case Datagram.Reply reply:
                OnReply(now, reply, host, bytes[..Datagram.BoxAt]);
                break;
        }

        return null;
    }

    /// <summary>Whom to dial; it counts as being dialled until <see cref="OnDialed"/>. Null for nobody.</summary>
    public FoundDial? NextDial(Instant now)
    {
        if (!_isOn) return null;
        if (_members.Next(now, (it, _) => view.IsWanted(it.Node)) is { } member)
            return new FoundDial.Member(member.Node, member.Places);
        return _strangers.Next(now, (_, places) => !places.Any(place => view.IsLinked(place.Host))) is { } stranger
            ? new FoundDial.Stranger(stranger.Node, stranger.Places) : null;
    }

    public void OnDialed(Instant now, FoundDial dial, bool isLinked)
    {
        if (dial is FoundDial.Member member) _members.OnDialed(now, member.Node, isLinked);
        if (dial is FoundDial.Stranger stranger) _strangers.OnDialed(now, stranger.Run, isLinked);
        // Who has linked may have taken over the network's key: others are members by now.
        if (isLinked && dial is FoundDial.Stranger) _schedule.OnChange(now);
    }

    private byte[]? OnProbe(Instant now, Datagram.Probe probe, string host, ushort port)
    {
        if (_probes.Exists(sent => sent.Nonce == probe.Nonce) || !_replies.TryTake(now, host)) return null;
        if (_askers.Count == AskersMax) _askers.Clear();
        _askers[host] = now;
        var standing = view.Standing;
        var isPublic = (standing & (FoundStanding.Open | FoundStanding.Invites)) != FoundStanding.None;
        var reply = new Datagram.Reply(probe.Nonce, _run, port, standing, isPublic ? view.Nickname : "", Box: default);
        var bytes = reply.Encode();
        var box = boxes.Seal(new MemberCard(self, view.Nickname).Encode(), bytes.AsSpan(0, Datagram.BoxAt));
        box.CopyTo(bytes, Datagram.BoxAt);
        return bytes;
    }

    private void OnReply(Instant now, Datagram.Reply reply, string host, ReadOnlySpan<byte> associated)
    {
        if (!_probes.Exists(sent => sent.Nonce == reply.Nonce && now - sent.SentAt <= ReplyLimit)) return;
        if (reply.Run == _run || !_answers.TryTake(now, host)) return;
        var place = new FoundPlace(host, reply.Port);
        if (boxes.Open(reply.Box.Span, associated) is { } box && MemberCard.Decode(box.Text.Span) is { } card)
        {
            if (card.Node == self) return;
            Keep(new FoundNode(reply.Run, card.Nickname, place, reply.Standing, card.Node, now));
            _strangers.Forget(reply.Run);
            if (!view.IsWanted(card.Node)) return;
            var wait = Wait(now, host, self.CompareTo(card.Node) < 0);
            _members.OnReply(now, new FoundMember(card.Node, box.KeyTag), place, wait);
            return;
        }

        Keep(new FoundNode(reply.Run, reply.Nickname, place, reply.Standing, Member: null, now));
        if ((view.Standing & reply.Standing & FoundStanding.Passphrase) != FoundStanding.None)
            _strangers.OnReply(now, reply.Run, place, Wait(now, host, _run < reply.Run));
    }

    /// <summary>Who was asked and does not ask itself does not dial.</summary>
    private TimeSpan Wait(Instant now, string host, bool isFirst) =>
        !isFirst && _askers.TryGetValue(host, out var asked) && now - asked < ReplyLimit ? OtherWaits : TimeSpan.Zero;

    /// <summary>Of two ways to one node the first counts, until it is quiet.</summary>
    private void Keep(FoundNode node)
    {
        if (_found.TryGetValue(node.Run, out var before))
        {
            var isQuiet = node.HeardAt - before.HeardAt > ProbeSchedule.IdleMin;
            // A member is not unmade by who copies its run.
            if (before.Member is not null && node.Member is null && !isQuiet) return;
            if (before.Member == node.Member && !isQuiet) node = node with { Place = before.Place };
        }
        else if (_found.Count == NodesMax)
        {
            var oldest = _found.Values.MinBy(found => found.HeardAt)!;
            _found.Remove(oldest.Run);
        }
        _found[node.Run] = node;
    }
}
