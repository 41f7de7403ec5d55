using System.Text.RegularExpressions;
using Ferry.App.Commands;
using Ferry.App.Control;
using Ferry.Runtime;
using Ferry.Tests.Architecture;
using Ferry.Tests.Integration.Harness;
using Xunit;

namespace Ferry.Tests.Integration;

/// <summary>
/// README and guides say what is true: what they play (blocks marked as console) happens so on real nodes in this
/// process, and all other commands in them exist, with their options.
/// </summary>
public sealed partial class DocumentTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static TheoryData<string> Pages =>
    [
        .. Repository.Files.Where(file => file is "README.md" or "docs/comparison.md" or "docs/bluetooth.md" ||
            file.StartsWith("docs/guides/", StringComparison.Ordinal)),
    ];

    public static TheoryData<string> PlayedPages =>
        [.. Pages.Select(row => row.Data).Where(page => Page.Played(page).Any())];

    [Theory]
    [MemberData(nameof(Pages))]
    public void Every_command_on_a_page_exists(string page)
    {
        var table = new CommandTable();
        Assert.All(Page.Commands(page), command =>
        {
            Assert.True(command.Words is not null, $"a quote is not closed: ferry {command.Line}");
            var parsed = table.Parse(command.Words);
            var errors = string.Join('\n', parsed.Errors.Select(error => error.Message));
            Assert.True(errors.Length == 0, $"ferry {command.Line}: {errors}");
        });
    }

    [Theory]
    [MemberData(nameof(PlayedPages))]
    public async Task What_a_page_shows_is_what_happens(string page)
    {
        using var folder = new TemporaryFolder();
        await using var stage = new Stage(folder);
        foreach (var typed in Page.Played(page)) await stage.PlayAsync(typed);
    }

    [Fact]
    public void There_are_pages_and_commands_to_look_at()
    {
        Assert.True(Pages.Count >= 8, "the guides are not where they were");
        Assert.True(Pages.Sum(row => Page.Commands(row.Data).Count()) > 60, "commands are not written as they were");
        Assert.True(PlayedPages.Count >= 3, "no blocks are marked as console");
    }

    /// <summary>
    /// The machines of a page. Each has a home; <c>~/Maps</c> is on the boat. Where a page has 192.168.1.7, the first
    /// node listens; where it has TICKET, stands the last one that was shown.
    /// </summary>
    private sealed partial class Stage : IAsyncDisposable
    {
        private readonly TemporaryFolder _folder;
        private readonly List<CommandHere> _nodes = [];
        private readonly Dictionary<string, string> _names = new(StringComparer.Ordinal);

        public Stage(TemporaryFolder folder)
        {
            _folder = folder;
            var maps = Directory.CreateDirectory(Path.Combine(HomeOf("boat"), "Maps")).FullName;
            var harbour = new byte[2_100_000];
            new Random(1).NextBytes(harbour);
            File.WriteAllBytes(Path.Combine(maps, "harbour.pdf"), harbour);
            File.WriteAllText(Path.Combine(maps, "depths.csv"), "4,5\n");
        }

        public async Task PlayAsync(Typed typed)
        {
            var stays = typed.Line.EndsWith(" &", StringComparison.Ordinal);
            var words = Words.Split(stays ? typed.Line[..^2] : typed.Line)!.ConvertAll(word => Real(typed.Host, word));
            words.AddRange(["--home", Path.Combine(HomeOf(typed.Host), ".ferry")]);
            if (stays) words.AddRange(["--listen", "tcp://127.0.0.1:0", "--keep-free", "0"]);
            var command = new CommandHere(words);
            if (stays) await StartedAsync(command, typed);
            else
            {
                await using (command) await command.ExitAsync();
            }
            Learn(command.Output);
            AssertShown(typed, [.. command.Output, .. command.Errors.Split('\n')]);
        }

        public async ValueTask DisposeAsync()
        {
            for (var at = _nodes.Count - 1; at >= 0; at--) await _nodes[at].DisposeAsync();
        }

        /// <summary>And linked, its files hashed, as they are when a person has typed the next line.</summary>
        private async Task StartedAsync(CommandHere node, Typed typed)
        {
            _nodes.Add(node);
            var isRunning = await node.LinesAsync(Cancel)
                .AnyAsync(line => line.StartsWith("Running until", StringComparison.Ordinal), Cancel);
            Assert.True(isRunning, $"the node ended: {node.Errors}");
            using var control = new ControlClient(
                Path.Combine(HomeOf(typed.Host), ".ferry"), "ferry node", TimeProvider.System);
            await Eventually.GetAsync(
                $"{typed.Host} to have hashed its files",
                async () => await control.FilesAsync(Cancel).ToListAsync(Cancel),
                files => files.TrueForAll(file => file.State == FileState.Ready));
            if (!typed.Line.Contains("--join", StringComparison.Ordinal)) return;
            await Eventually.GetAsync(
                $"{typed.Host} to be linked", async () => await control.PeersAsync(Cancel),
                peers => peers.Any(peer => peer.Links.Count > 0));
        }

        /// <summary>Each line in its place, with others before, between and behind.</summary>
        private static void AssertShown(Typed typed, IReadOnlyList<string> output)
        {
            var at = 0;
            foreach (var shown in typed.Shown.Where(line => line.Trim() is not ("" or "...")))
            {
                var pattern = Regex.Escape(shown.TrimEnd()).Replace(@"\.\.\.", ".*", StringComparison.Ordinal);
                while (at < output.Count && !Regex.IsMatch(
                    output[at].TrimEnd(), $"^{pattern}$", RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1))) at++;
                Assert.True(
                    at < output.Count,
                    $"{typed.Host}$ ferry {typed.Line}\nshows no '{shown}':\n{string.Join('\n', output)}");
                at++;
            }
        }

        private void Learn(IEnumerable<string> output)
        {
            foreach (var line in output)
            {
                if (Joined().Match(line) is { Success: true } join)
                    _names.TryAdd("192.168.1.7", join.Groups["address"].Value);
                if (Ticket().Match(line) is { Success: true } ticket) _names["TICKET"] = ticket.Value;
            }
        }

        private string HomeOf(string host) => _folder[host];

        private string Real(string host, string word) =>
            word.StartsWith("~/", StringComparison.Ordinal) ? Path.Combine(HomeOf(host), word[2..])
            : _names.GetValueOrDefault(word, word);

        [GeneratedRegex(
            "^(Only this|Others).* join (?<address>.+)$", RegexOptions.ExplicitCapture,
            matchTimeoutMilliseconds: 1000)]
        private static partial Regex Joined();

        [GeneratedRegex("ferry:[^ ]+", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
        private static partial Regex Ticket();
    }
}
