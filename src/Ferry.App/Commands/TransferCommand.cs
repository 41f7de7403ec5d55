using System.CommandLine;
using Ferry.App.Control;
using Ferry.App.Output;
using Ferry.Runtime;

namespace Ferry.App.Commands;

/// <summary>A command that changes one transfer, or all.</summary>
internal abstract class TransferCommand : FerryCommand
{
    private readonly Argument<string?> _transfer;

    protected TransferCommand(string name, string summary) : base(name, summary)
    {
        _transfer = new Argument<string?>("TRANSFER")
        {
            Arity = ArgumentArity.ZeroOrOne,
            Description = "The beginning of its id, as 'ferry transfers' shows it; else all.",
        };
        Add(_transfer, ValueKinds.Transfer);
    }

    public override async Task<ExitCode> RunAsync(ParseResult parsed, CommandContext context, CancellationToken cancel)
    {
        var changed = await ChangeAsync(context.Node, parsed.GetValue(_transfer), cancel);
        foreach (var transfer in changed)
        {
            context.Screen.Json(transfer, ControlJson.Default.TransferInfo);
            context.Screen.Line(Sentence(transfer));
        }
        if (changed.Count == 0) context.Screen.Note("No transfers are running or unfinished.");
        return ExitCode.Done;
    }

    protected abstract Task<IReadOnlyList<TransferInfo>> ChangeAsync(
        INode node, string? transfer, CancellationToken cancel);

    protected abstract string Sentence(TransferInfo transfer);

    /// <summary><c>upload of song.flac to 3f9a8c01</c>.</summary>
    protected static string Named(TransferInfo transfer)
    {
        var to = transfer.Direction == TransferDirection.Upload ? $" to {ShortId.Of(transfer.Peer)}" : "";
        return $"{transfer.Direction.Name()} of {transfer.Name}{to}";
    }
}
