using System.Buffers.Binary;
using System.Text;
using Ferry.Protocol.Finding;
using Ferry.Protocol.Values;
using Ferry.Runtime.Seals;
using Xunit;

namespace Ferry.Tests.Protocol.Finding;

public sealed class FinderTests
{
    private const FoundStanding Passphrase = FoundStanding.Passphrase;

    private readonly FinderStage _stage = new();

    [Fact]
    public void Members_find_each_other_within_two_seconds_and_each_pair_links_once()
    {
        var mates = Enumerable.Range(1, 5).Select(number => _stage.Add(number, network: 7)).ToList();
        _stage.Run(2);
        Assert.All(mates, mate => Assert.Equal(4, mate.Linked.Count));
        Assert.Equal(10, mates.Sum(mate => mate.Dials.Count));
    }

    [Fact]
    public void Newcomer_is_linked_to_those_that_have_been_there_for_long()
    {
        var old = _stage.Add(1, network: 7);
        _stage.Run(1000);
        _stage.Add(2, network: 7);
        _stage.Run(2);
        Assert.Equal([2], old.Linked);
    }

    /// <summary>Datagrams to all are lost on radios: what is asked at times finds them all the same.</summary>
    [Fact]
    public void Node_that_did_not_hear_the_first_probes_is_found_later()
    {
        var first = _stage.Add(1, network: 7);
        first.IsInReach = false;
        var second = _stage.Add(2, network: 7);
        _stage.Run(10);
        Assert.Empty(second.Linked);
        first.IsInReach = true;
        _stage.Run(40);
        Assert.Equal([1], second.Linked);
    }

    /// <summary>Whoever is on the LAN can tell of hosts without end.</summary>
    [Fact]
    public void Host_that_is_told_is_asked_at_once_and_many_bring_about_a_probe_in_five_seconds()
    {
        var node = _stage.Add(1, network: 7).Finder;
        _stage.Run(40);
        var now = _stage.Now + ProbeSchedule.LostGapMin;
        node.OnHostTold(now);
        Assert.NotNull(node.NextProbe(now));
        for (var told = 0; told < 100; told++) node.OnHostTold(now);
        Assert.Null(node.NextProbe(now));
        Assert.Equal(now + ProbeSchedule.LostGapMin, node.DueAt);
    }

    [Fact]
    public void Outsiders_are_not_dialed_and_dial_nobody()
    {
        var member = _stage.Add(1, network: 7);
        var others = new[]
        {
            _stage.Add(2, network: 8), _stage.Add(3, network: 0), _stage.Add(4, network: 0, FoundStanding.Open),
        };
        _stage.Run(100);
        Assert.Empty(member.Dials);
        Assert.All(others, other => Assert.Empty(other.Dials));
    }

    /// <summary>Those with the same passphrase that have never met have different keys.</summary>
    [Fact]
    public void Nodes_with_a_passphrase_try_each_other_once_and_others_not()
    {
        var mates = new[] { _stage.Add(1, 7, Passphrase), _stage.Add(2, 8, Passphrase) };
        var other = _stage.Add(3, 9);
        _stage.Run(25);
        Assert.All(mates, mate => Assert.IsType<FoundDial.Stranger>(Assert.Single(mate.Dials)));
        Assert.Empty(other.Dials);
        _stage.Run(24 * 3600);
        Assert.All(mates, mate => Assert.InRange(mate.Dials.Count, 2, 15));
    }

    [Fact]
    public void Nickname_is_told_to_everybody_only_where_strangers_are_wanted()
    {
        _stage.Add(1, network: 7, Passphrase);
        _stage.Add(2, network: 7, FoundStanding.Open);
        _stage.Add(3, network: 7, FoundStanding.Invites);
        var outside = _stage.Add(4, network: 0);
        _stage.Run(2);
        var told = outside.Finder.HeardSince(Some.At(0)).Select(node => node.Nickname).Order(StringComparer.Ordinal);
        Assert.Equal(["", "mate2", "mate3"], told);
    }

    [Fact]
    public void Member_is_known_by_the_name_in_its_box()
    {
        var mate = _stage.Add(1, network: 7);
        _stage.Add(2, network: 7);
        _stage.Run(2);
        var found = Assert.Single(mate.Finder.HeardSince(Some.At(0)));
        Assert.Equal(("mate2", Some.Node(2)), (found.Nickname, found.Member));
    }

    [Fact]
    public void Outsider_who_hears_all_hears_neither_names_nor_ids_nor_marks_of_the_network()
    {
        var key = new NetworkSecret(Some.Seed(5));
        foreach (var number in new[] { 1, 2, 3 }) _stage.Add(number, 7, Passphrase, new KeyBoxes(key));
        _stage.Run(100);
        Assert.NotEmpty(_stage.Heard);
        byte[][] secrets =
        [
            .. new[] { 1, 2, 3 }.Select(number => Some.Node(number).Hash.ToArray()), Encoding.UTF8.GetBytes("mate"),
            BitConverter.GetBytes(BinaryPrimitives.ReverseEndianness(key.Tag)),
        ];
        Assert.All(
            _stage.Heard, heard => Assert.All(secrets, secret => Assert.Equal(-1, heard.AsSpan().IndexOf(secret))));
    }

    /// <summary>Who has recorded an answer can neither make anybody dial with it nor see who would.</summary>
    [Fact]
    public void Answer_to_another_probe_or_to_an_old_one_is_of_no_use()
    {
        var asker = _stage.Add(1, network: 7);
        var member = _stage.Add(2, network: 7);
        asker.Finder.NextProbe(_stage.Now);
        member.Finder.NextProbe(_stage.Now);
        var recorded = member.Finder.OnDatagram(_stage.Now, "10.0.0.9", 4747, new Datagram.Probe(99).Encode())!;
        asker.Finder.OnDatagram(_stage.Now, "10.0.0.9", 4747, recorded);
        Assert.Null(asker.Finder.NextDial(_stage.Now));

        var reply = member.Finder.OnDatagram(_stage.Now, asker.Host, 4747, _stage.ProbeOf(asker))!;
        asker.Finder.OnDatagram(_stage.Now + Finder.ReplyLimit + Some.Seconds(1), member.Host, 4747, reply);
        Assert.Null(asker.Finder.NextDial(_stage.Now + Some.Seconds(10)));
    }

    [Fact]
    public void Answer_whose_port_was_changed_is_no_members()
    {
        var asker = _stage.Add(1, network: 7);
        var member = _stage.Add(2, network: 7);
        var reply = member.Finder.OnDatagram(_stage.Now, asker.Host, 4747, _stage.ProbeOf(asker))!;
        reply[31] ^= 1;
        asker.Finder.OnDatagram(_stage.Now, member.Host, 4747, reply);
        Assert.Null(asker.Finder.NextDial(Some.At(100)));
    }

    [Fact]
    public void Flood_of_probes_is_answered_at_a_bounded_rate_and_others_are_answered_too()
    {
        var mate = _stage.Add(1, network: 7);
        Assert.Equal(Finder.RepliesOfHost.Burst, Answered(10_000, _ => "10.0.0.2"));
        Assert.Equal(1, Answered(1, _ => "10.0.0.3"));
        Assert.InRange(Answered(10_000, number => $"10.0.0.{number}"), 1, (int)Finder.Replies.Burst);

        int Answered(int probes, Func<int, string> host) => Enumerable.Range(0, probes).Count(number =>
            mate.Finder.OnDatagram(_stage.Now, host(number), 4747, new Datagram.Probe((UInt128)number).Encode())
                is not null);
    }

    [Fact]
    public void Flood_of_forged_answers_brings_about_no_more_dials_than_the_budget_and_no_more_memory()
    {
        var mate = _stage.Add(1, network: 7, Passphrase);
        var dials = 0;
        for (var second = 0; second < 60; second++)
        {
            var nonce = ((Datagram.Probe)Datagram.Decode(_stage.ProbeOf(mate))!).Nonce;
            for (var number = 0; number < 2_000; number++)
            {
                var run = (ulong)(second * 2_000 + number + 1);
                var forged = new Datagram.Reply(nonce, run, 22, Passphrase, "", new byte[Datagram.Reply.BoxBytes]);
                mate.Finder.OnDatagram(_stage.Now, $"10.0.{number % 99}.{number % 200}", 4747, forged.Encode());
            }
            for (; mate.Finder.NextDial(_stage.Now + Some.Seconds(0.5)) is not null; dials++) { }
        }
        var seconds = (_stage.Now - Some.At(0)).TotalSeconds;
        Assert.InRange(dials, 1, Finder.StrangerDials.Burst + Math.Ceiling(seconds * Finder.StrangerDials.PerSecond));
        Assert.InRange(mate.Finder.HeardSince(Some.At(0)).Count, 1, Finder.NodesMax);
    }

    [Fact]
    public void Answers_of_one_host_that_are_looked_into_are_bounded()
    {
        var mate = _stage.Add(1, network: 0);
        var nonce = ((Datagram.Probe)Datagram.Decode(_stage.ProbeOf(mate))!).Nonce;
        for (var number = 1; number < 1000; number++)
        {
            var forged = new Datagram.Reply(nonce, (ulong)number, 22, Passphrase, "", default);
            mate.Finder.OnDatagram(_stage.Now, "10.0.0.2", 4747, forged.Encode());
        }
        Assert.Equal(Finder.AnswersOfHost.Burst, mate.Finder.HeardSince(Some.At(0)).Count);
    }

    [Fact]
    public void Node_that_has_left_neither_asks_nor_answers_nor_dials()
    {
        var mate = _stage.Add(1, network: 7);
        var member = _stage.Add(2, network: 7);
        var reply = member.Finder.OnDatagram(_stage.Now, mate.Host, 4747, _stage.ProbeOf(mate))!;
        mate.Finder.OnDatagram(_stage.Now, member.Host, 4747, reply);
        mate.Finder.Stop();
        Assert.Equal(Instant.Never, mate.Finder.DueAt);
        Assert.Null(mate.Finder.NextDial(Some.At(100)));
        Assert.Null(mate.Finder.NextProbe(Some.At(100)));
        Assert.Null(mate.Finder.OnDatagram(Some.At(100), "10.0.0.3", 4747, new Datagram.Probe(1).Encode()));
        mate.Finder.OnNetwork(Some.At(200));
        Assert.Equal(Some.At(200), mate.Finder.DueAt);
    }

    [Fact]
    public void Any_bytes_are_taken()
    {
        var mate = _stage.Add(1, network: 7);
        var random = new SeededRandom(1);
        var probe = _stage.ProbeOf(mate);
        for (var round = 0; round < 10_000; round++)
        {
            var bytes = new byte[random.Next(2) == 0 ? Datagram.Bytes : random.Next(300)];
            for (var at = 0; at < bytes.Length; at++) bytes[at] = (byte)random.NextUInt64();
            probe.AsSpan(0, Math.Min(bytes.Length, random.Next(40))).CopyTo(bytes);
            if (bytes.Length > 5) bytes[5] = (byte)(1 + random.Next(2));
            mate.Finder.OnDatagram(_stage.Now, "10.0.0.2", 4747, bytes);
        }
    }

    private sealed class KeyBoxes(NetworkSecret key) : IMemberBoxes
    {
        public byte[] Seal(ReadOnlySpan<byte> text, ReadOnlySpan<byte> associated) => key.SealReply(text, associated);

        public OpenedBox? Open(ReadOnlySpan<byte> box, ReadOnlySpan<byte> associated) =>
            key.OpenReply(box, associated) is { } text ? new OpenedBox(text, key.Tag) : null;
    }
}
