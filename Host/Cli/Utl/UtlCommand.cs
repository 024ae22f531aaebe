using ActorEtcd.Host.Config;

namespace ActorEtcd.Host.Cli.Utl;

/// <summary>One command of <c>actor-etcd utl</c>.</summary>
/// <param name="Name">The words after <c>utl</c>.</param>
/// <param name="Usage">What follows the name on the command line.</param>
/// <param name="Help">One sentence.</param>
/// <param name="Flags">Its own flags, without dashes.</param>
/// <param name="RunAsync">Carries it out; the result is the exit code.</param>
internal sealed record UtlCommand(
    string Name,
    string Usage,
    string Help,
    IReadOnlyList<FlagDefinition> Flags,
    Func<UtlArguments, Task<int>> RunAsync);
