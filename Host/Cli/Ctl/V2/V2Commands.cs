namespace ActorEtcd.Host.Cli.Ctl.V2;

/// <summary>Every command of the v2 API.</summary>
internal static class V2Commands
{
    private static readonly V2Flag Ttl = V2Flag.Number("Seconds that it lives.", "ttl");
    private static readonly V2Flag Quorum = V2Flag.Switch("Read what a majority has.", "quorum", "q");
    private static readonly V2Flag Sort = V2Flag.Switch("Sort the results.", "sort");
    private static readonly V2Flag After = V2Flag.Number("Begin behind this index.", "after-index");
    private static readonly V2Flag Roles = new(["roles"], CtlFlagKind.List, "A role; may be given several times.");

    private static readonly V2Flag[] Permission =
    [
        V2Flag.Text("The path.", "path"),
        V2Flag.Switch("Reading alone.", "read"),
        V2Flag.Switch("Writing alone.", "write"),
        V2Flag.Switch("Reading and writing.", "readwrite", "rw"),
    ];

    public static readonly V2Flag[] Globals =
    [
        V2Flag.Switch("Tell the requests as curl commands.", "debug"),
        V2Flag.Switch("Ask the endpoints alone, not the members that they know.", "no-sync"),
        new(["output", "o"], CtlFlagKind.Text, "The output format: simple, extended or json.", "simple"),
        V2Flag.Text("A domain whose SRV records name the endpoints.", "discovery-srv", "D"),
        V2Flag.Switch("Accept endpoints from DNS that do without TLS.", "insecure-discovery"),
        V2Flag.Text("Former name of --endpoints.", "peers", "C"),
        V2Flag.Text("Former name of --endpoints.", "endpoint"),
        V2Flag.Text("Where the cluster's members are, separated by commas.", "endpoints"),
        V2Flag.Text("File with the certificate that this client shows.", "cert-file"),
        V2Flag.Text("File with the key of that certificate.", "key-file"),
        V2Flag.Text("File with the authorities that the server's certificate must come from.", "ca-file"),
        V2Flag.Text("The user, name or name:password.", "username", "u"),
        new(["timeout"], CtlFlagKind.Duration, "How long one request may take.", "2s"),
        new(["total-timeout"], CtlFlagKind.Duration, "How long a command may take, watches excepted.", "5s"),
        V2Flag.Switch("Tell the version.", "version", "v"),
    ];

    public static V2Command[] All() =>
    [
        new("backup", "Copies the data directory of a stopped etcd.", " ", BackupAsync, V2Flag.Text("The data directory.", "data-dir"),
            V2Flag.Text("The directory of its log.", "wal-dir"), V2Flag.Text("Where to copy to.", "backup-dir"),
            V2Flag.Text("Where to copy the log to.", "backup-wal-dir"), V2Flag.Switch("Take the v3 store along.", "with-v3")),
        new("cluster-health", "Tells whether the cluster is healthy.", " ", V2MemberCommands.HealthAsync, V2Flag.Switch("Go on until interrupted.", "forever", "f")),
        new("mk", "Makes a new key.", "<key> <value>", V2KeyCommands.MakeAsync, V2Flag.Switch("Make a key with the next number in the directory.", "in-order"), Ttl),
        new("mkdir", "Makes a new directory.", "<key>", V2KeyCommands.MakeDirectoryAsync, Ttl),
        new("rm", "Removes a key or a directory.", "<key>", V2KeyCommands.RemoveAsync, V2Flag.Switch("Remove an empty directory too.", "dir"),
            V2Flag.Switch("Remove what is below too.", "recursive", "r"), V2Flag.Text("Only if this is the value.", "with-value"),
            V2Flag.Number("Only if this is the index.", "with-index")),
        new("rmdir", "Removes an empty directory or a key.", "<key>", V2KeyCommands.RemoveDirectoryAsync),
        new("get", "Gets the value of a key.", "<key>", V2KeyCommands.GetAsync, Sort, Quorum),
        new("ls", "Lists a directory.", "[key]", V2KeyCommands.ListAsync, Sort, V2Flag.Switch("List what is below too.", "recursive", "r"),
            V2Flag.Switch("Put a slash behind directories.", "p"), Quorum),
        new("set", "Sets the value of a key.", "<key> <value>", V2KeyCommands.SetAsync, Ttl, V2Flag.Text("Only if this was the value.", "swap-with-value"),
            V2Flag.Number("Only if this was the index.", "swap-with-index")),
        new("setdir", "Makes a directory, or sets how long it lives.", "<key>", V2KeyCommands.SetDirectoryAsync, Ttl),
        new("update", "Sets the value of an existing key.", "<key> <value>", V2KeyCommands.UpdateAsync, Ttl),
        new("updatedir", "Sets how long an existing directory lives.", "<key> <value>", V2KeyCommands.UpdateDirectoryAsync, Ttl),
        new("watch", "Waits for a change of a key.", "<key>", V2KeyCommands.WatchAsync, V2Flag.Switch("Go on until interrupted.", "forever", "f"), After,
            V2Flag.Switch("Wait for what is below too.", "recursive", "r")),
        new("exec-watch", "Runs a command at each change of a key.", "<key> <command> [args...]", V2KeyCommands.ExecuteAtEventsAsync, After,
            V2Flag.Switch("Wait for what is below too.", "recursive", "r")),
        Group("member", "The cluster's members.",
            new("list", "Lists the members.", " ", V2MemberCommands.ListAsync),
            new("add", "Adds a member.", "<name> <peerURL>", V2MemberCommands.AddAsync),
            new("remove", "Removes a member.", "<memberID>", V2MemberCommands.RemoveAsync),
            new("update", "Changes a member's peer URLs.", "<memberID> <peerURLs>", V2MemberCommands.UpdateAsync)),
        Group("user", "Users.",
            new("add", "Adds a user.", "<user>", V2AuthCommands.AddUserAsync),
            new("get", "Tells the roles of a user.", "<user>", V2AuthCommands.GetUserAsync),
            new("list", "Lists all users.", " ", V2AuthCommands.ListUsersAsync),
            new("remove", "Removes a user.", "<user>", V2AuthCommands.RemoveUserAsync),
            new("grant", "Grants roles to a user.", "<user>", V2AuthCommands.GrantUserAsync, Roles),
            new("revoke", "Takes roles from a user.", "<user>", V2AuthCommands.RevokeUserAsync, Roles),
            new("passwd", "Changes the password of a user.", "<user>", V2AuthCommands.ChangePasswordAsync)),
        Group("role", "Roles.",
            new("add", "Adds a role.", "<role>", V2AuthCommands.AddRoleAsync),
            new("get", "Tells the permissions of a role.", "<role>", V2AuthCommands.GetRoleAsync),
            new("list", "Lists all roles.", " ", V2AuthCommands.ListRolesAsync),
            new("remove", "Removes a role.", "<role>", V2AuthCommands.RemoveRoleAsync),
            new("grant", "Grants a role a path.", "<role>", V2AuthCommands.GrantRoleAsync, Permission),
            new("revoke", "Takes a path from a role.", "<role>", V2AuthCommands.RevokeRoleAsync, Permission)),
        Group("auth", "Whether users have to show who they are.",
            new("enable", "Requires authentication.", " ", V2AuthCommands.EnableAsync),
            new("disable", "Requires authentication no more.", " ", V2AuthCommands.DisableAsync)),
    ];

    private static V2Command Group(string name, string help, params V2Command[] children) => new(name, help, "", null) { Children = children };

    private static Task BackupAsync(V2Context context) => throw new V2Exception(
        V2Exit.Error,
        "backup copies the files of a stopped etcd, of which there are none here; save a snapshot instead: etcdctl snapshot save, with ETCDCTL_API=3\n");
}
