using System.CommandLine;
using Ferry.App.Control;
using Ferry.App.Output;
using Ferry.Runtime;

namespace Ferry.App.Commands;

internal sealed class FilesCommand() : FerryCommand("files", "List what this node offers")
{
    /// <summary>How many reasons are listed below the table; JSON has all.</summary>
    private const int ReasonsMax = 20;

    private static readonly Column[] Columns =
    [
        new("Name", MayWrap: true), new("Size", IsNumber: true), new("State"), new("From"), new("Content id"),
        new("Path", MayWrap: true),
    ];

    public override IReadOnlyList<Example> Examples =>
    [
        new("files", "Names, sizes and states: hashing, ready, changed or unreadable."),
        new("files --json", "For scripts."),
    ];

    public override async Task<ExitCode> RunAsync(ParseResult parsed, CommandContext context, CancellationToken cancel)
    {
        var table = new TablePages(context.Screen, Columns);
        var reasons = new List<string>();
        await foreach (var file in context.Node.FilesAsync(cancel))
        {
            context.Screen.Json(file, ControlJson.Default.FileInfoLine);
            table.Add(
            [
                FileNames.Shown(file.Name, file.Kind), Units.Size(file.Size), file.State.Name(), file.Origin.Name(),
                ShortId.Of(file.ContentId ?? "-"), file.Path,
            ]);
            if (file.Reason is not null && reasons.Count < ReasonsMax) reasons.Add($"{file.Name}: {file.Reason}");
        }
        if (!table.End())
            context.Screen.Note($"Nothing is shared. '{context.Typed("share PATH")}' offers a file or folder.");
        foreach (var reason in reasons) context.Screen.Line(reason);
        return ExitCode.Done;
    }
}
