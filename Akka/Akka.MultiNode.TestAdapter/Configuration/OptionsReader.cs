using System.Text.Json;

namespace Akka.MultiNode.TestAdapter.Configuration;

public static class OptionsReader
{
    private const string FileName = "xunit.multinode.runner.json";

    private static readonly JsonSerializerOptions Lenient = new()
    {
        PropertyNameCaseInsensitive = true,
        ReadCommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
    };

    /// <summary>The options beside the assembly, or the standard ones.</summary>
    public static MultiNodeTestRunnerOptions Load(string assemblyFileName)
    {
        var file = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(assemblyFileName)), FileName);
        return File.Exists(file)
            ? JsonSerializer.Deserialize<MultiNodeTestRunnerOptions>(File.ReadAllText(file), Lenient)
            : MultiNodeTestRunnerOptions.Default;
    }
}
