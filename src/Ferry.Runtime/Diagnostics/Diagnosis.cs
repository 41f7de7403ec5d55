using System.Security.Cryptography;
using System.Text;
using Ferry.Protocol;
using Ferry.Protocol.Recording;
using Ferry.Protocol.Values;
using Ferry.Runtime.Loop;
using Microsoft.Extensions.Logging;

namespace Ferry.Runtime.Diagnostics;

/// <summary>Writes the flight recorder out: when somebody asks, and when the node or the process dies of a fault.
/// </summary>
internal sealed partial class Diagnosis : IDisposable
{
    private readonly NodeRecorder _recorder;
    private readonly RecordingFolder _folder;
    private readonly LoopInbox _inbox;
    private readonly ILogger _log;

    public Diagnosis(NodeRecorder recorder, RecordingFolder folder, LoopInbox inbox, ILogger log)
    {
        (_recorder, _folder, _inbox, _log) = (recorder, folder, inbox, log);
        AppDomain.CurrentDomain.UnhandledException += OnUnhandled;
    }

    /// <exception cref="FerryException">The file cannot be written.</exception>
    public async Task<DiagnosisInfo> WriteAsync(DiagnoseOptions options, CancellationToken cancel)
    {
        var recording = _recorder.Snapshot();
        // The file has the seed in it: what chance brings from now on shall not be read off it.
        _inbox.PostResult(new Input.Reseed(Bytes32.From(RandomNumberGenerator.GetBytes(Bytes32.Length))));
        return await Task.Run(
            () => Write(recording, "somebody asked for it", options.Output, options.WithNames), cancel);
    }

    /// <summary>Returns the file; null when it could not be written, for the fault counts and not its recording.
    /// </summary>
    public string? WriteFault(Exception fault)
    {
        try
        {
            return Write(_recorder.Snapshot(), Describe(fault), path: null, withNames: false).Path;
        }
        catch (FerryException e)
        {
            RecordingLost(_log, e.Message);
            return null;
        }
    }

    public void Dispose() => AppDomain.CurrentDomain.UnhandledException -= OnUnhandled;

    private void OnUnhandled(object sender, UnhandledExceptionEventArgs e)
    {
        if (e.ExceptionObject is Exception fault) WriteFault(fault);
    }

    private DiagnosisInfo Write(FlightRecording recording, string cause, string? path, bool withNames)
    {
        var (file, extent) = _folder.Write(recording, cause, path, withNames ? null : _recorder.PseudonymKey);
        return new DiagnosisInfo(
            file, new FileInfo(file).Length, extent.Turns, recording.Lost, (extent.Last - extent.First).TotalSeconds,
            withNames);
    }

    /// <summary>Types and places: the words of an exception may name files.</summary>
    private static string Describe(Exception fault)
    {
        var text = new StringBuilder();
        for (var e = fault; e is not null; e = e.InnerException)
            text.Append(e.GetType().FullName).Append('\n').Append(e.StackTrace).Append('\n');
        return text.ToString();
    }

    [LoggerMessage(3401, LogLevel.Error, "what happened before the fault could not be recorded: {Reason}")]
    private static partial void RecordingLost(ILogger log, string reason);
}
