using Ferry.App.Commands;
using Xunit;

namespace Ferry.Tests.App.Commands;

public sealed class DiagnoseCommandTests
{
    [Fact]
    public async Task The_file_is_named_and_what_is_in_it()
    {
        using var terminal = new Terminal();

        Assert.Equal(ExitCode.Done, await terminal.RunAsync("diagnose"));

        Assert.Equal(["diagnose  False"], terminal.Node.Asked);
        Assert.Equal(
            ["Written to /data/boat/.ferry/diagnostics/ferry-1.rec.gz (1.2 MB): the last 3:20, from the start of the "
                + "node.", "Names of files are not in it; ids, nicknames and addresses are."],
            terminal.Lines);
    }

    [Fact]
    public async Task A_file_is_meant_where_the_user_stands()
    {
        using var terminal = new Terminal();

        await terminal.RunAsync("diagnose", "--output", "report", "--with-names");

        Assert.Equal([$"diagnose {Path.GetFullPath("report")} True"], terminal.Node.Asked);
    }

    [Fact]
    public async Task As_json_it_is_one_object()
    {
        using var terminal = new Terminal();

        await terminal.RunAsync("diagnose", "--json");

        Assert.Equal(
            ["""{"path":"/data/boat/.ferry/diagnostics/ferry-1.rec.gz","bytes":1200000,"turns":5000,"lost":0,"""
                + """ "seconds":200,"withNames":false}""".TrimStart()],
            terminal.Lines);
    }
}
