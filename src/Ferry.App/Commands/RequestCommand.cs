using System.CommandLine;
using Ferry.App.Control;
using Ferry.App.Output;
using Ferry.Runtime;

namespace Ferry.App.Commands;

internal sealed class RequestCommand : FerryCommand
{
    private readonly Argument<string> _name = new("NAME")
    {
        Description = "A name, a part of one, a pattern, or a content id.",
    };

    private readonly Option<string?> _output = new("--output", "-o")
    {
        HelpName = "PATH", Description = "Where the file goes: a file, or a folder that exists.",
    };

    private readonly Option<bool> _detach = new("--detach")
    {
        Description = "Return once the download has started.",
    };

    private readonly Option<bool> _first = new("--first")
    {
        Description = "Take the best when several files match equally well, or only names like it.",
    };

    private readonly Option<bool> _wait = new("--wait")
    {
        Description = "Wait until somebody has it.",
    };

    private readonly Option<bool> _public = new("--public")
    {
        Description = "Also ask nodes outside the network; they can read what is asked for.",
    };

    private readonly Option<OnConflict> _onConflict = ConflictOption.New();

    public RequestCommand() : base("request", "Find a file by its name and fetch it")
    {
        Add(_name, ValueKinds.Found);
        Add(_output, ValueKinds.Path);
        Add(_detach);
        Add(_first);
        Add(_wait);
        Add(_public);
        Add(_onConflict);
    }

    public override IReadOnlyList<string> Details =>
    [
        "The file comes from every node that has it, over as many hops as it takes. The download belongs to the " +
        "node: it goes on when this command is interrupted, when links are lost, and after a crash.",
        "A file that is there already is not overwritten: with the same content there is nothing to do, else the " +
        "new one gets another name, which is said. '--on-conflict overwrite' replaces the file when the new one is " +
        "whole, 'skip' fetches nothing then.",
        "A folder comes with all that is in it, and appears when it is whole. What of it cannot be made here is told.",
        "Two different files of one name are never mixed: on a terminal you pick one, else they are listed and the " +
        "exit code is 1.",
        "A name that is only like the one asked for is never taken by itself: on a terminal you are asked, else such " +
        "names are listed and the exit code is 3. --first takes the best, but none with other numbers: report-10 is " +
        "no typo of report-11.",
        "A file that is being hashed, here or at its holder, is not offered yet: how far that is, and addresses that " +
        "are being joined, are said when nothing is found. --wait searches until somebody has it.",
    ];

    public override IReadOnlyList<Example> Examples =>
    [
        new("request song.flac", "Fetches it into the downloads folder of the node."),
        new("request Maps", "Fetches a shared folder as one thing."),
        new("request 'atlas*' --output ~/Maps --first", "Takes the best match, and puts it into another folder."),
        new("request survey.zip --wait", "Takes it as soon as somebody offers it."),
        new("request city.map --json", "Tells scripts what happens, an event a line."),
    ];

    public override async Task<ExitCode> RunAsync(ParseResult parsed, CommandContext context, CancellationToken cancel)
    {
        var output = parsed.GetValue(_output) is { } path ? Paths.Full(path) : null;
        var name = FileNames.Typed(parsed.GetRequiredValue(_name));
        var options = new RequestOptions(name, output, parsed.GetValue(_first))
        {
            Wait = parsed.GetValue(_wait), IsPublic = parsed.GetValue(_public),
            OnConflict = parsed.GetValue(_onConflict),
        };
        while (true)
        {
            var namesFile = output is not null && !Directory.Exists(output);
            var view = new RequestView(context, options.What, parsed.GetValue(_detach), namesFile);
            var ended = await view.FollowAsync(context.Node.RequestAsync(options, cancel), cancel);
            if (ended == ExitCode.Interrupted || view.Choices is null || context.Screen.IsJson) return ended;
            if (await PickAsync(context, view, options.What, cancel) is not { } picked) return ended;
            options = options with { What = picked.ContentId, Name = picked.Name };
        }
    }

    /// <summary>Null when nobody can be asked, or nothing was picked.</summary>
    private static async Task<SearchHitInfo?> PickAsync(
        CommandContext context, RequestView view, string what, CancellationToken cancel)
    {
        var screen = context.Screen;
        var choices = view.Choices ?? [];
        var isNear = view.Result == ExitCode.NothingFound;
        if (!isNear) screen.Line($"{choices.Count} different files match '{what}' equally well:");
        Column[] columns =
        [
            new("#", IsNumber: true), new("Name", MayWrap: true), new("Size", IsNumber: true),
            new("Holders", IsNumber: true),
            new("Hops", IsNumber: true), new("Match"), new("Content id"),
        ];
        screen.Table(columns, choices.Select((hit, i) => new[] { $"{i + 1}" }.Concat(SearchCommand.Row(hit)).ToList()));
        if (!screen.Traits.InputIsTerminal || !screen.Traits.OutputIsTerminal)
        {
            if (!isNear) screen.Error(
                "nothing was fetched: request one of them by its content id, or take the best with --first");
            return null;
        }
        while (true)
        {
            var ask = $"Which one? (1-{choices.Count}, Enter for none) ";
            var answer = (await context.Input.ReadAsync(ask, cancel))?.Trim();
            if (string.IsNullOrEmpty(answer))
            {
                screen.Error("nothing was fetched");
                return null;
            }
            if (int.TryParse(answer, out var number) && number >= 1 && number <= choices.Count)
            {
                return choices[number - 1];
            }
        }
    }
}
