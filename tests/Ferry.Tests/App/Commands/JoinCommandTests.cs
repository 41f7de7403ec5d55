using Ferry.App.Commands;
using Xunit;

namespace Ferry.Tests.App.Commands;

public sealed class JoinCommandTests
{
    [Fact]
    public async Task Ticket_that_comes_on_a_pipe_is_in_no_list_of_processes()
    {
        using var terminal = new Terminal { Input = new StringReader($" {Samples.Invite.Ticket}\nmore\n") };
        Assert.Equal(ExitCode.Done, await terminal.RunAsync("join", "-"));
        Assert.Equal([$"join {Samples.Invite.Ticket}"], terminal.Node.Asked);
        Assert.DoesNotContain("Type", terminal.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_types_it_is_told_to()
    {
        using var terminal = new Terminal { IsTerminal = true, Input = new StringReader("192.168.1.7\n") };
        Assert.Equal(ExitCode.Done, await terminal.RunAsync("join", "-"));
        Assert.StartsWith("Type the address or the ticket", terminal.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" \n")]
    public async Task Nothing_on_standard_input_is_a_slip(string input)
    {
        using var terminal = new Terminal { Input = new StringReader(input) };
        Assert.Equal(ExitCode.Usage, await terminal.RunAsync("join", "-"));
        Assert.Empty(terminal.Node.Asked);
        Assert.Contains("standard input", terminal.Error, StringComparison.Ordinal);
    }
}
