using Ferry.Runtime;
using Xunit;

namespace Ferry.Tests.App.Commands;

public sealed class PeersCommandTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Neighbour_whose_key_two_machines_have_has_a_line_of_its_own(bool isShared)
    {
        using var terminal = new Terminal();
        terminal.Node.Peers.Add(new PeerInfo(Samples.NodeId, "boat", PeerState.Connected, []) { SharedKey = isShared });

        await terminal.RunAsync("peers");

        const string Said = "Two machines have the key of boat";
        Assert.Equal(isShared, (terminal.Output + terminal.Error).Contains(Said, StringComparison.Ordinal));
    }
}
