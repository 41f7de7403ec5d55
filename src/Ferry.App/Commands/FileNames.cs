using Ferry.Runtime;

namespace Ferry.App.Commands;

/// <summary>Names of files and folders, as people type and read them.</summary>
internal static class FileNames
{
    /// <summary>Without the separator that completion puts behind a folder.</summary>
    public static string Typed(string name) => name.TrimEnd('/') is { Length: > 0 } trimmed ? trimmed : name;

    /// <summary>A folder ends in a separator, as in <c>ls -F</c>.</summary>
    public static string Shown(string name, ContentKind kind) => kind == ContentKind.Folder ? name + "/" : name;
}
