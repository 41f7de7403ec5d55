using Ferry.Protocol;
using Ferry.Protocol.Members;
using Ferry.Protocol.Values;
using Ferry.Protocol.Wire;
using Xunit;

namespace Ferry.Tests.Protocol.Members;

/// <summary>An open member, which speaks to each as it was spoken to.</summary>
public sealed class SpeechTests
{
    private static readonly NodeId Self = Some.Node(1);
    private static readonly NodeId Member = Some.Node(2);
    private readonly PlainNetwork _network = new(number: 7);
    private readonly Speech _speech;

    public SpeechTests() => _speech = new Speech(
        Some.Options(Self) with { IsOpen = true }, _network, Some.Ids, _ => false);

    /// <summary>Whoever invents nodes would have what is said to members read along on the way.</summary>
    [Fact]
    public void Strangers_push_no_member_out_however_many_they_are()
    {
        HearSealed(Member);
        for (var n = 0; n < Speech.PeersMax + 10; n++) Answer(Some.Node(1000 + n));

        Assert.IsType<Sealed>(Answer(Member));
        Assert.Equal(1 + Speech.PeersMax, _speech.Count);
    }

    [Fact]
    public void Member_that_spoke_in_the_open_first_is_spoken_to_sealed_from_its_first_sealed_word_on()
    {
        Assert.IsNotType<Sealed>(Answer(Member));
        HearSealed(Member);
        for (var n = 0; n < Speech.PeersMax + 10; n++) Answer(Some.Node(1000 + n));
        Assert.IsType<Sealed>(Answer(Member));
    }

    [Fact]
    public void Members_are_bounded_and_the_first_is_forgotten()
    {
        for (var n = 0; n <= Speech.PeersMax; n++) HearSealed(Some.Node(1000 + n));
        Assert.Equal(Speech.PeersMax, _speech.Count);
        Assert.IsNotType<Sealed>(Answer(Some.Node(1000)));
        Assert.IsType<Sealed>(Answer(Some.Node(1001)));
    }

    private RoutedMessage Answer(NodeId peer) => _speech.Say(Asked(Self, peer));

    private void HearSealed(NodeId peer)
    {
        var said = _network.Seal(Asked(peer, Self));
        Assert.NotNull(_speech.Hear(said!, peer, out var isSealed));
        Assert.True(isSealed);
    }

    private static TransferResume Asked(NodeId from, NodeId to) =>
        new(Some.Heard(from, 1, 7, to: to), Some.Transfer(5), Some.Content(3).Id);
}
