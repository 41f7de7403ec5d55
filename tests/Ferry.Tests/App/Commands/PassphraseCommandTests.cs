using Ferry.App.Commands;
using Ferry.Runtime;
using Xunit;

namespace Ferry.Tests.App.Commands;

public sealed class PassphraseCommandTests
{
    [Fact]
    public async Task Proposal_is_all_that_is_printed_and_no_node_is_asked()
    {
        using var terminal = new Terminal();
        Assert.Equal(ExitCode.Done, await terminal.RunAsync("passphrase"));
        Assert.Empty(terminal.Node.Asked);
        Assert.Equal(Passphrase.Words, Assert.Single(terminal.Lines).Split(' ').Length);
    }

    [Fact]
    public async Task Json_says_how_good_it_is()
    {
        using var terminal = new Terminal();
        await terminal.RunAsync("passphrase", "--json");
        Assert.Matches("""^\{"passphrase":"([a-z]{5} ){6}[a-z]{5}","bits":112\}$""", Assert.Single(terminal.Lines));
    }
}
