using Ferry.App.Commands;
using Xunit;

namespace Ferry.Tests.App.Commands;

public sealed class InviteCommandTests
{
    [Fact]
    public async Task Ticket_is_all_that_standard_output_has_on_a_pipe()
    {
        using var terminal = new Terminal();
        Assert.Equal(ExitCode.Done, await terminal.RunAsync("invite", "--uses", "3", "--for", "10m"));
        Assert.Equal(["invite 3 600"], terminal.Node.Asked);
        Assert.Equal([Samples.Invite.Ticket], terminal.Lines);
    }

    [Fact]
    public async Task Json_has_the_ticket()
    {
        using var terminal = new Terminal();
        await terminal.RunAsync("invite", "--json");
        Assert.Equal(["invite 1 600"], terminal.Node.Asked);
        Assert.Equal(
            """{"ticket":"ferry:AQIDBA","expires":"1970-01-01T00:00:00+00:00","uses":3,"addresses":"""
                + """["tcp://192.168.1.7:4747"]}""",
            Assert.Single(terminal.Lines));
    }

    [Fact]
    public async Task Time_that_is_none_is_a_slip()
    {
        using var terminal = new Terminal();
        Assert.Equal(ExitCode.Usage, await terminal.RunAsync("invite", "--for", "soon"));
    }
}
