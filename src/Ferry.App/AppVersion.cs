using System.Reflection;

namespace Ferry.App;

internal static class AppVersion
{
    /// <summary>Without the commit that the build adds.</summary>
    public static string Text { get; } = typeof(AppVersion).Assembly
        .GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "unknown";
}
