using System.Text.Json;

namespace Ferry.Tests.Integration.Harness;

/// <summary>Fields by name; a missing one is a test's failure, with the object in its message.</summary>
internal static class JsonFields
{
    public static string Text(this JsonElement item, string field) => item.Field(field).GetString() ?? "";
    public static long Number(this JsonElement item, string field) => item.Field(field).GetInt64();
    public static bool Flag(this JsonElement item, string field) => item.Field(field).GetBoolean();
    public static IReadOnlyList<JsonElement> Items(this JsonElement item, string field) =>
        [.. item.Field(field).EnumerateArray()];

    public static bool IsEvent(this JsonElement item, string name) => item.Text("event") == name;

    private static JsonElement Field(this JsonElement item, string field) =>
        item.TryGetProperty(field, out var value)
            ? value
            : throw new InvalidOperationException($"no field '{field}' in {item.GetRawText()}");
}
