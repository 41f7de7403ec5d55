using Ferry.Tests.Integration.Harness;
using Xunit;

namespace Ferry.Tests.Integration;

/// <summary>The shell as a user sees it: the program in a real terminal of 80 columns and 24 rows.</summary>
public sealed class ShellScreenTests : IDisposable
{
    private const string Alone = "boat (no peers) ferry>";

    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Line_is_edited_completed_and_drawn_at_any_width_and_the_next_run_has_its_history()
    {
        _folder.Write("files/漢字 map.png", "content");
        await using (var screen = await OpenAsync("one"))
        {
            await screen.EndsInAsync(Alone);
            await screen.TypeAsync("shae");
            await screen.PressAsync("Left");
            await screen.TypeAsync("r");
            await screen.PressAsync("End");
            await screen.TypeAsync($" {_folder.Path}/fi");
            await screen.PressAsync("Tab", "Tab");
            await screen.EndsInAsync($"{Alone} share '{_folder.Path}/files/漢字 map.png'");
            await screen.PressAsync("Enter");
            await screen.HasAsync("1 file, 7 B");
            await screen.EndsInAsync(Alone);

            await screen.TypeAsync("tr");
            await screen.PressAsync("Tab");
            await screen.ShowsAsync("the candidates", rows => rows is
                [.., "trust      transfers", Alone + " tr"]);

            await screen.PressAsync("C-u");
            var text = string.Concat(Enumerable.Repeat("wrap ", 20)) + "漢字";
            await screen.TypeAsync(text);
            var whole = $"{Alone} {text}";
            await screen.ShowsAsync("two rows", rows => string.Concat(rows.TakeLast(2)) == whole);
            await screen.ResizeAsync(50, 24);
            await screen.ShowsAsync("more rows, once", rows =>
                string.Concat(rows.TakeLast(3)).Replace(" ", "", StringComparison.Ordinal)
                    .EndsWith(text.Replace(" ", "", StringComparison.Ordinal), StringComparison.Ordinal)
                && rows.Count(row => row.Contains("ferry> wrap", StringComparison.Ordinal)) == 1);
            await screen.ResizeAsync(80, 24);
            await screen.PressAsync("C-c");
            await screen.EndsInAsync(Alone);
            await screen.PressAsync("C-d");
            await screen.HasAsync("stopping ...");
            await screen.EndedAsync();
        }

        await using var next = await OpenAsync("two");
        await next.EndsInAsync(Alone);
        await next.PressAsync("Up");
        await next.EndsInAsync($"{Alone} share '{_folder.Path}/files/漢字 map.png'");
        await next.PressAsync("C-e", "C-u", "C-r");
        await next.TypeAsync("map");
        await next.EndsInAsync($"search 'map': share '{_folder.Path}/files/漢字 map.png'");
        await ExitAsync(next);
    }

    [Fact]
    public async Task Download_is_shown_above_what_is_typed_and_its_interruption_keeps_the_node()
    {
        await using var holder = await TestNode.StartAsync(_folder, "holder");
        await holder.ShareAsync(Contents.Write(_folder["big.bin"], 24 << 20));
        await using var wire = new GatedWire(holder.Port, HalfwayTransfer.Middle);
        await using var screen = await OpenAsync("shell", "--join", wire.Address);
        await screen.EndsInAsync("boat (1 peer) ferry>");

        await screen.TypeAsync("request big.bin");
        await screen.PressAsync("Enter");
        await wire.ReachedAsync();
        await screen.TypeAsync("search nothing-of-");
        await screen.ShowsAsync("progress above the line", rows => rows.Count > 1
            && rows[^2].StartsWith("↓ big.bin ", StringComparison.Ordinal)
            && rows[^2].Contains("% of 25 MB", StringComparison.Ordinal)
            && rows[^1].EndsWith("ferry> search nothing-of-", StringComparison.Ordinal));
        await screen.TypeAsync("the-kind");
        await screen.PressAsync("Enter");
        await screen.HasAsync("nobody within reach has anything like 'nothing-of-the-kind'");

        await screen.PressAsync("C-c");
        await screen.HasAsync("the download of big.bin goes on in the node");
        await screen.TypeAsync("cancel ");
        await screen.PressAsync("Tab", "Enter");
        await screen.HasAsync("Cancelled the download of big.bin");
        await screen.ShowsAsync("no progress any more", rows => rows[^1].EndsWith("ferry>", StringComparison.Ordinal)
            && !rows[^2].StartsWith('↓'));
        await ExitAsync(screen);
    }

    [Theory]
    [InlineData("TERM", "dumb")]
    [InlineData("NO_COLOR", "1")]
    public async Task Terminal_that_wants_it_plain_gets_what_it_understands(string variable, string value)
    {
        await using var screen = await OpenAsync("plain", new Dictionary<string, string> { [variable] = value });
        var isDumb = variable == "TERM";
        await screen.EndsInAsync(isDumb ? "ferry>" : Alone);
        await screen.RecordAsync(_folder["written"]);
        await screen.TypeAsync("peers");
        await screen.PressAsync("Enter");
        await screen.HasAsync("No neighbours");
        await screen.TypeAsync("exit");
        await screen.PressAsync("Enter");
        await screen.HasAsync("stopping ...");
        await screen.EndedAsync();
        Assert.DoesNotContain('\e', await screen.ColouredAsync());
        if (isDumb) Assert.DoesNotContain('\e', await File.ReadAllTextAsync(_folder["written"], Cancel));
    }

    private static async Task ExitAsync(TmuxScreen screen)
    {
        await screen.PressAsync("C-e", "C-u");
        await screen.TypeAsync("exit");
        await screen.PressAsync("Enter");
        await screen.HasAsync("stopping ...");
        await screen.EndedAsync();
    }

    private Task<TmuxScreen> OpenAsync(string session, params string[] options) =>
        OpenAsync(session, new Dictionary<string, string>(), options);

    private Task<TmuxScreen> OpenAsync(
        string session, Dictionary<string, string> environment, params string[] options) =>
        TmuxScreen.OpenAsync(_folder[session], 80, 24, environment,
        [
            .. FerryProgram.Command(
            [
                "node", "--home", _folder["home"], "--name", "boat", "--listen", "tcp://127.0.0.1:0", "--open",
                "--discovery", "off", "--keep-free", "0", .. options,
            ]),
        ]);
}
