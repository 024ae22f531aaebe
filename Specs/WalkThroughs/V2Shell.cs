using ActorEtcd.Specs.TestKit;

namespace ActorEtcd.Specs.WalkThroughs;

/// <summary>Types commands of the guides into a shell, with etcdctl's v2 API.</summary>
internal static class V2Shell
{
    /// <summary>What the command prints; it must succeed.</summary>
    /// <param name="member">The member that is asked when the command names none.</param>
    /// <param name="command">As it stands in the guide.</param>
    public static Task<string> TypeAsync(MemberProcess member, string command) => ShellOf(member).TypeAsync(command);

    public static Task TypeUntilAsync(MemberProcess member, string command, string end) => ShellOf(member).TypeUntilAsync(command, end);

    public static Task<EtcdctlResult> TryAsync(MemberProcess member, string command) => ShellOf(member).TryAsync(command);

    private static GuideShell ShellOf(MemberProcess member) => new(
        Environment.CurrentDirectory, ("ETCDCTL_API", "2"), ("ETCDCTL_ENDPOINTS", $"http://{member.Endpoint}"));
}
