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

    public ShareCommand() : base("share", "Offer files and folders to the network") => Add(_paths);

    public override IReadOnlyList<string> Details =>
    [
        "Only what is shared can be requested by others. The node remembers its shares. Files are hashed in the " +
        "background: 'ferry files' shows how far that is.",
    ];

    public override IReadOnlyList<Example> Examples =>
    [
        new("share song.flac", "Offers one file."),
        new("share ~/Maps ~/Manuals", "Offers two folders and all that is in them."),
    ];

    public override async Task<ExitCode> RunAsync(ParseResult parsed, CommandContext context, CancellationToken cancel)
    {
        foreach (var path in parsed.GetRequiredValue(_paths))
        {
            var share = await context.Node.ShareAsync(Paths.Full(path), cancel);
            context.Screen.Json(share, ControlJson.Default.ShareInfo);
            context.Screen.Line($"Sharing {Text(share)}.");
        }
        return ExitCode.Done;
    }

    /// <summary><c>/data/maps: 12 files, 1.4 GB, 3 hashed</c>.</summary>
    public static string Text(Ferry.Runtime.ShareInfo share)
    {
        var text = $"{share.Root}: {Units.Count(share.Files, "file", "files")}, {Units.Size(share.Bytes)}";
        if (share.BytesHashed < share.Bytes || share.FilesHashed < share.Files - share.Unreadable)
        {
            text += $", {Units.Percent(share.BytesHashed, share.Bytes)} % hashed so far";
        }
        return share.Unreadable > 0 ? $"{text}, {share.Unreadable} unreadable" : text;
    }
}
