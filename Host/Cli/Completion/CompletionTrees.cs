using System.Text.RegularExpressions;
using ActorEtcd.Host.Cli.Bench;
using ActorEtcd.Host.Cli.Ctl;
using ActorEtcd.Host.Cli.Ctl.V2;
using ActorEtcd.Host.Config;
using ActorEtcd.Host.GrpcProxy;
using ActorEtcd.Host.Proxy;

namespace ActorEtcd.Host.Cli.Completion;

/// <summary>The commands and flags of the program and its parts, as completion sees them.</summary>
internal static partial class CompletionTrees
{
    /// <summary><c>etcdctl</c> or <c>actor-etcd ctl</c>.</summary>
    public static CtlCommand Ctl(string name) => new(name, "A client of a cluster.", run: null)
    {
        Inherited = CtlFlags.Globals,
        Children = CtlCommands.Root("").Children,
    };

    /// <summary>The same with <c>ETCDCTL_API=2</c>.</summary>
    public static CtlCommand CtlV2(string name) => new(name, "A client of the v2 API.", run: null, [.. V2Commands.Globals.Select(Of)])
    {
        Children = [.. V2Commands.All().Select(Of)],
    };

    /// <summary><c>etcdutl</c> or <c>actor-etcd utl</c>.</summary>
    public static CtlCommand Utl(string name) => UtlTool.Tree(name);

    /// <summary>The whole program: the server's flags, and every command.</summary>
    public static CtlCommand Program() => new("actor-etcd", "", run: null, [.. ServerFlags.All.Where(static flag => flag.SpellingOf is null).Select(Of)])
    {
        Children =
        [
            Ctl("ctl"),
            Utl("utl"),
            new("bench", "Puts load on endpoints and tells throughput and latency.", run: null, [.. BenchFlags()])
            {
                Children = [.. BenchOptions.Commands.Select(static name => new CtlCommand(name, "", run: null, [.. BenchFlags()]))],
            },
            CtlCommand.Group("gateway", "A TCP gateway before a cluster.", new CtlCommand("start", "Starts it.", run: null, [.. GatewayCommand.Flags.Select(Of)])),
            CtlCommand.Group("grpc-proxy", "A gRPC proxy before a cluster.", new CtlCommand("start", "Starts it.", run: null, [.. GrpcProxyFlags.All.Select(Of)])),
            CtlCommand.Group("completion", "Prints a script that completes command lines in a shell.", [.. Shells()]),
        ],
    };

    /// <summary>A flag of the server or of <c>utl</c>.</summary>
    public static CtlFlag Of(FlagDefinition flag) => new(
        flag.Name, flag.MayBeBare ? CtlFlagKind.Switch : CtlFlagKind.Text, flag.Default, flag.Help, flag.Name == "write-out" ? 'w' : '\0')
    {
        Choices = [.. flag.Choices],
    };

    public static IEnumerable<CtlCommand> Shells()
        => ShellScript.Shells.Select(static shell => new CtlCommand(shell, $"Prints the completion script for {shell}.", run: null));

    private static CtlFlag Of(V2Flag flag) => new(flag.Names[0], flag.Kind, flag.Default, flag.Help);

    private static CtlCommand Of(V2Command command) => new(command.Name, command.Help, run: null, [.. command.Flags.Select(Of)])
    {
        Children = [.. command.Children.Select(Of)],
    };

    private static IEnumerable<CtlFlag> BenchFlags() => BenchFlag().Matches(BenchOptions.Usage).Select(static match =>
        match.Groups["value"].Length == 0
            ? CtlFlag.Switch(match.Groups["name"].Value, match.Groups["help"].Value.Trim())
            : CtlFlag.Text(match.Groups["name"].Value, "", match.Groups["help"].Value.Trim()));

    [GeneratedRegex("^ +--(?<name>[a-z0-9-]+)(?<value> [^ ]+)?  +(?<help>.*)$", RegexOptions.Multiline)]
    private static partial Regex BenchFlag();
}
