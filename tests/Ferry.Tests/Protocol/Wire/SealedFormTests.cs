using Ferry.Protocol;
using Ferry.Protocol.Values;
using Ferry.Protocol.Wire;
using Xunit;

namespace Ferry.Tests.Protocol.Wire;

public sealed class SealedFormTests
{
    private static readonly PlainNetwork Network = new(7);
    private static readonly Envelope ToOne = Some.Heard(Some.Node(1), 5, 6, to: Some.Node(2));
    private static readonly Envelope Flood = Some.Heard(Some.Node(1), 5, 6);

    public static TheoryData<MessageType> Boxed => [.. AllRouted().Where(it => it.CanBeSealed).Select(it => it.Type)];

    [Theory]
    [MemberData(nameof(Boxed))]
    public void What_was_boxed_comes_out_with_the_envelope_that_relays_have_changed(MessageType type)
    {
        for (ulong seed = 0; seed < 50; seed++)
        {
            var message = Random(type, seed);
            var boxed = Network.Seal(message)!;
            var (head, buffer) = (boxed.Envelope with { HopLimit = 3, Hops = 9 }, new byte[WireLimits.HeadBytesMax]);
            var passed = boxed with { Envelope = head };
            Assert.Equal(DecodeError.None, MessageCodec.Decode(
                buffer.AsSpan(0, MessageCodec.Encode(passed, buffer)), out var arrived));
            var opened = Network.Open((RoutedMessage)arrived!);
            Assert.NotNull(opened);
            Assert.Equal(head, opened.Envelope);
            Assert.Equal(Bytes(message), Bytes(opened with { Envelope = message.Envelope }));
        }
    }

    [Fact]
    public void Query_is_in_the_box_alone_unless_it_is_public()
    {
        var search = new FileSearch(Flood, Some.Query(1), "secret plan", Some.Content(1).Id, Report: true);
        Assert.True(Network.Seal(search) is FileSearch { Text: "", Content: null, Report: true, Box.Length: > 0 });
        Assert.True(Network.Seal(search with { IsPublic = true }) is FileSearch
        {
            Text: "secret plan", Content: not null, Box.Length: > 0,
        });
    }

    [Fact]
    public void Other_ends_another_query_or_another_network_do_not_open()
    {
        var boxed = (Sealed)Network.Seal(new ManifestRequest(ToOne, Some.Content(1).Id, 0))!;
        Assert.NotNull(Network.Open(boxed));
        Assert.Null(Network.Open(boxed with { Envelope = ToOne with { Source = Some.Node(3) } }));
        Assert.Null(Network.Open(boxed with { Envelope = ToOne with { Destination = Some.Node(3) } }));
        Assert.Null(new PlainNetwork(8).Open(boxed));
        Assert.Null(new PlainNetwork().Open(boxed));

        var search = (FileSearch)Network.Seal(new FileSearch(Flood, Some.Query(1), "plan", null, Report: true))!;
        Assert.NotNull(Network.Open(search));
        Assert.Null(Network.Open(search with { Query = Some.Query(2) }));
        Assert.Null(Network.Open(search with { Report = false }));
        Assert.Null(Network.Open(new Sealed(ToOne, search.Box)));
    }

    [Fact]
    public void What_does_not_belong_into_a_box_does_not_come_out_of_one()
    {
        foreach (var (type, canBe) in AllRouted())
        {
            var message = Random(type, 1);
            if (canBe || type == MessageType.FileSearch) continue;
            Assert.Null(SealedForm.Unbox(new Sealed(ToOne, default), Bytes(message).AsSpan(0, 1)));
            Assert.Null(SealedForm.Unbox(
                new Sealed(ToOne, default),
                [Bytes(message)[0], .. Bytes(message).AsSpan(1 + (message.Envelope.IsFlood ? 46 : 78))]));
        }
        Assert.Null(SealedForm.Unbox(new Sealed(ToOne, default), []));
        Assert.Null(SealedForm.Unbox(new Sealed(ToOne, default), new byte[WireLimits.HeadBytesMax]));
    }

    private static IEnumerable<(MessageType Type, bool CanBeSealed)> AllRouted() => Enum.GetValues<MessageType>()
        .Where(type => (byte)type is >= 16 and < 128)
        .Select(type => (type, SealedForm.CanBeSealed(Random(type, 1))));

    private static RoutedMessage Random(MessageType type, ulong seed)
    {
        var message = (RoutedMessage)new RandomMessages(seed).Next(type);
        return message is FileSearch search ? search with { Box = default } : message;
    }

    private static byte[] Bytes(Message message) => message.Encoded();
}
