using Microsoft.Extensions.Logging;

namespace Ferry.Runtime.Home;

internal static partial class HomeLog
{
    [LoggerMessage(
        3101, LogLevel.Warning,
        "{Path} is damaged and was set aside ({Reason}): {WayOut}")]
    public static partial void FileDamaged(ILogger log, string path, string reason, string wayOut);
}
