namespace ActorEtcd.Host.Cli.Ctl.V2;

/// <summary>A command of the v2 API, or a group of them.</summary>
internal sealed record V2Command(string Name, string Help, string Arguments, Func<V2Context, Task>? Run, params V2Flag[] Flags)
{
    public V2Command[] Children { get; init; } = [];
}
