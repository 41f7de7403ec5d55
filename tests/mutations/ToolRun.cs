using System.Diagnostics;
using System.Text;

namespace Ferry.Mutations;

/// <summary>What came of a program that was run.</summary>
/// <param name="Code">Null when it was ended because it took too long.</param>
internal sealed record ToolRun(int? Code, string Output)
{
    public static ToolRun Start(string folder, TimeSpan limit, params string[] command)
    {
        var start = new ProcessStartInfo(command[0], command[1..])
        {
            WorkingDirectory = folder, UseShellExecute = false, RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["NO_COLOR"] = "1";
        using var process = new Process { StartInfo = start };
        var output = new StringBuilder();
        process.OutputDataReceived += Take;
        process.ErrorDataReceived += Take;
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        var ended = process.WaitForExit(limit);
        if (!ended) process.Kill(entireProcessTree: true);
        // Also until all of its output is here.
        process.WaitForExit();
        return new ToolRun(ended ? process.ExitCode : null, output.ToString());

        void Take(object sender, DataReceivedEventArgs line)
        {
            lock (output)
            {
                if (line.Data is { } text) output.Append(text).Append('\n');
            }
        }
    }
}
