using System.CommandLine;
using Ferry.App.Control;
using Ferry.App.Output;

namespace Ferry.App.Commands;

internal sealed class ShareCommand : FerryCommand
{
    private readonly Argument<string[]> _paths = new("PATH")
    {
        Arity = ArgumentArity.OneOrMore, Description = "Files and folders.",
    };

    private readonly Option<bool> _hidden = new("--hidden")
    {
        Description = "Offer files and folders below PATH whose names begin with a dot, too.",
    };

    public ShareCommand() : base("share", "Offer files and folders to the network")
    {
        Add(_paths, ValueKinds.Path);
        Add(_hidden);
    }

    public override IReadOnlyList<string> Details =>
    [
        "Only what is shared can be requested by others. The node remembers its shares. Files are hashed in the " +
        "background: 'ferry files' shows how far that is.",
        "A folder is offered as one thing, under its name, and each file in it by its own.",
        "Below a folder, what is left out is counted and said: hidden files, symbolic links that could lead out of " +
        "it, what is no file, and folders that hold the key of a node, which are never offered.",
    ];

    public override IReadOnlyList<Example> Examples =>
    [
        new("share song.flac", "Offers one file."),
        new("share ~/Maps ~/Manuals", "Offers two folders and all that is in them."),
        new("share --hidden ~/project", "Offers .config and .git in it as well."),
    ];

    public override async Task<ExitCode> RunAsync(ParseResult parsed, CommandContext context, CancellationToken cancel)
    {
        var hidden = parsed.GetValue(_hidden);
        foreach (var path in parsed.GetRequiredValue(_paths))
        {
            var share = await context.Node.ShareAsync(Paths.Full(path), hidden, cancel);
            context.Screen.Json(share, ControlJson.Default.ShareInfo);
            context.Screen.Line($"Sharing {Text(share)}.");
            foreach (var trouble in share.Troubles) context.Screen.Line($"  {trouble}");
            if (share.LeftOut.Hidden > 0) context.Screen.Note("What is hidden is offered with --hidden only.");
        }
        return ExitCode.Done;
    }

    /// <summary><c>/data/maps: 12 files, 1.4 GB, 3 % hashed so far; left out: 2 hidden</c>.</summary>
    public static string Text(Ferry.Runtime.ShareInfo share)
    {
        var text = $"{share.Root}: {Units.Count(share.Files, "file", "files")}, {Units.Size(share.Bytes)}";
        if (share.BytesHashed < share.Bytes || share.FilesHashed < share.Files - share.Unreadable)
        {
            text += $", {Units.Percent(share.BytesHashed, share.Bytes)} % hashed so far";
        }
        if (share.Unreadable > 0) text += $", {share.Unreadable} unreadable";
        var leftOut = string.Join(", ", Kinds(share.LeftOut));
        return leftOut.Length > 0 ? $"{text}; left out: {leftOut}" : text;
    }

    private static IEnumerable<string> Kinds(Ferry.Runtime.LeftOutInfo leftOut)
    {
        if (leftOut.Hidden > 0) yield return $"{leftOut.Hidden} hidden";
        if (leftOut.Links > 0) yield return Units.Count(leftOut.Links, "symbolic link", "symbolic links");
        if (leftOut.Keys > 0)
            yield return Units.Count(leftOut.Keys, "folder with a node's key", "folders with a node's key");
        if (leftOut.Special > 0)
            yield return Units.Count(leftOut.Special, "device, pipe or socket", "devices, pipes or sockets");
        if (leftOut.Partial > 0) yield return Units.Count(leftOut.Partial, "partial download", "partial downloads");
        if (leftOut.Excess > 0) yield return Units.Count(leftOut.Excess, "file too many", "files too many");
    }
}
