using Ferry.App.Commands;
using Ferry.App.Commands.Demo;
using Xunit;

namespace Ferry.Tests.App.Commands;

public sealed class DemoTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public void Data_behind_a_dead_relay_does_not_count_as_flowing_again()
    {
        var pause = new DemoPause(bytesAtDeath: 100, secondsAtDeath: 10);

        Assert.Null(pause.OnProgress(110, 10.1));
        Assert.Null(pause.OnProgress(110, 11));
        Assert.Equal(2.4, pause.OnProgress(120, 12.5)!.Value, 3);
    }

    [Fact]
    public async Task Stage_holds_a_file_of_the_size_and_hash_that_it_says_and_is_gone_afterwards()
    {
        string folder;
        using (var stage = DemoFiles.Create(1_500_000))
        {
            folder = stage.Folder;
            var sha256 = await stage.WriteOriginalAsync(Cancel);

            Assert.Equal(1_500_000, new FileInfo(stage.Original).Length);
            Assert.Equal(sha256, await DemoFiles.HashAsync(stage.Original, Cancel));
        }
        Assert.False(Directory.Exists(folder));
    }

    [Theory]
    [InlineData("10")]
    [InlineData("huge")]
    public async Task Size_that_makes_no_sense_is_refused(string size)
    {
        using var terminal = new Terminal();

        Assert.Equal(ExitCode.Usage, await terminal.RunAsync("demo", "--size", size));
    }
}
