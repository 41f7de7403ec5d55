using System.CommandLine;
using Ferry.App.Control;
using Ferry.App.Output;
using Ferry.Runtime;

namespace Ferry.App.Commands;

internal sealed class SearchCommand : FerryCommand
{
    private static readonly Column[] Columns =
    [
        new("Name", MayWrap: true), new("Size", IsNumber: true), new("Holders", IsNumber: true),
        new("Hops", IsNumber: true), new("Match"), new("Content id"),
    ];

    private readonly Argument<string> _query = new("QUERY") { Description = "A name, a part of one, or a pattern." };

    private readonly Option<bool> _public = new("--public")
    {
        Description = "Also ask nodes outside the network; they can read the query.",
    };

    public SearchCommand() : base("search", "List what the network has")
    {
        Add(_query, ValueKinds.Found);
        Add(_public);
    }

    public override IReadOnlyList<string> Details =>
    [
        "An exact name comes first, then one that differs in upper and lower case, then patterns (* and ?), parts " +
        "of names, and names that are nearly the same (a typo still finds the file).",
        "With --json hits come as they arrive; a later line with the same contentId and name takes the place " +
        "of the earlier one.",
        "What could not be shown is said: files that are not hashed yet, nodes that are known and have not answered, " +
        "and how many more fit than a holder tells (100, the best first).",
        "A node that belongs to a network asks its members: nodes outside pass the query on and cannot read it. " +
        "--public asks them, too.",
    ];

    public override IReadOnlyList<Example> Examples =>
    [
        new("search '*.flac'", "Everything that ends in .flac."),
        new("search map", "Names with 'map' in them."),
    ];

    public override async Task<ExitCode> RunAsync(ParseResult parsed, CommandContext context, CancellationToken cancel)
    {
        var query = FileNames.Typed(parsed.GetRequiredValue(_query));
        var screen = context.Screen;
        var hits = new Dictionary<(string ContentId, string Name), SearchHitInfo>();
        var remarks = new List<string>();
        var live = screen.IsJson || screen.IsQuiet ? null : screen.Live;
        try
        {
            live?.Show(this, new LiveLine("searching ..."));
            await foreach (var told in context.Node.SearchAsync(query, parsed.GetValue(_public), cancel))
            {
                screen.Json(told, ControlJson.Default.RequestEvent);
                if (told is RequestEvent.Remark remark) remarks.Add(remark.Text);
                if (told is not RequestEvent.Found { Hit: var hit }) continue;
                hits[(hit.ContentId, hit.Name)] = hit;
                live?.Show(this, new LiveLine($"searching ... {Units.Count(hits.Count, "hit", "hits")} so far"));
            }
        }
        finally
        {
            live?.Show(this);
        }
        if (hits.Count == 0)
        {
            foreach (var remark in remarks) screen.Error(remark);
            throw new FerryException(FailureKind.NothingFound,
                $"nobody within reach has anything like '{query}': '{context.Typed("peers")}' shows who is within " +
                "reach");
        }
        var listed = hits.Values.OrderBy(hit => hit.Match).ThenBy(hit => hit.Name, StringComparer.Ordinal).ToList();
        LastNames.Found(context.Home).Replace(listed.Select(hit => hit.Name));
        screen.Table(Columns, listed.Select(Row));
        foreach (var remark in remarks) screen.Error(remark);
        return ExitCode.Done;
    }

    public static IReadOnlyList<string> Row(SearchHitInfo hit) =>
    [
        FileNames.Shown(hit.Name, hit.Kind), Units.Size(hit.Size), hit.Holders.Count.ToString(), Hops(hit.Holders),
        hit.Match.Name(), ShortId.Of(hit.ContentId),
    ];

    /// <summary><c>2</c>, or <c>2-4</c> when holders are near and far.</summary>
    private static string Hops(IReadOnlyList<HolderInfo> holders)
    {
        if (holders.Count == 0) return "";
        var (least, most) = (holders.Min(holder => holder.Hops), holders.Max(holder => holder.Hops));
        return least == most ? $"{least}" : $"{least}-{most}";
    }
}
