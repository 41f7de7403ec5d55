using System.CommandLine;
using Ferry.App.Control;
using Ferry.Runtime;

namespace Ferry.App.Commands;

internal sealed class PassphraseCommand() : FerryCommand("passphrase", "Propose a passphrase for a network")
{
    public override IReadOnlyList<string> Details =>
    [
        $"{Passphrase.Words} made-up words with {Passphrase.Words * Passphrase.BitsPerWord} bits of chance, to be " +
        "said aloud. Put it into a file that only you can read, on each node of the network, and start the nodes " +
        "with --passphrase-file. No node need run for this command, and nobody remembers what it says.",
    ];

    public override IReadOnlyList<Example> Examples =>
        [new("passphrase", "Into a file: ferry passphrase > net.txt; chmod 600 net.txt")];

    public override Task<ExitCode> RunAsync(ParseResult parsed, CommandContext context, CancellationToken cancel)
    {
        var proposed = new PassphraseInfo(Passphrase.Propose(), Passphrase.Words * Passphrase.BitsPerWord);
        context.Screen.Json(proposed, ControlJson.Default.PassphraseInfo);
        context.Screen.Line(proposed.Passphrase);
        return Task.FromResult(ExitCode.Done);
    }
}
