using ActorEtcd.Host.Cli.Completion;
using ActorEtcd.Host.Cli.Ctl.Commands;

namespace ActorEtcd.Host.Cli.Ctl;

/// <summary>Every command of the v3 API.</summary>
internal static class CtlCommands
{
    public static CtlCommand Root(string name) => new(name, "A command line client for etcd and ActorEtcd.", run: null)
    {
        Children =
        [
            .. Keys(), .. Cluster(), .. Concurrency(), .. Access(),
            Check(),
            new("make-mirror <destination>", "Copies keys to another cluster, and then their changes.", MirrorCommand.RunAsync, MirrorCommand.Flags),
            CtlCommand.Group("completion", "Prints a script that completes commands and flags in a shell.", [.. ShellScript.Shells.Select(Completion)]),
            new("__complete", "What the completion scripts ask.", CompleteAsync) { IsHidden = true, IsRaw = true },
            new("bench <put|range|txn|watch|lease> [flags]", "Puts load on the endpoints and tells throughput and latency.", BenchBridge.RunAsync) { IsRaw = true },
            new("options", "Tells the flags that all commands take.", CtlHelp.OptionsAsync),
            new("version", "Tells the version.", MaintenanceCommands.VersionAsync),
        ],
    };

    private static CtlCommand Completion(string shell) => new(shell, $"Prints the completion script for {shell}.", context =>
    {
        context.Out.Write(ShellScript.Of(shell, context.Console.ProgramName));
        return Task.CompletedTask;
    });

    private static Task CompleteAsync(CtlContext context)
    {
        context.Out.Write(Completer.Lines(CompletionTrees.Ctl(""), context.RawArguments));
        return Task.CompletedTask;
    }

    private static IEnumerable<CtlCommand> Keys() =>
    [
        new("get <key> [range_end]", "Gets a key or a range of keys.", KvCommands.GetAsync, KvRequests.GetFlags),
        new("put <key> <value>", "Puts a value under a key.", KvCommands.PutAsync, KvRequests.PutFlags)
        {
            Description =
                "Without a value it is read from standard input. A value that begins with a dash stands behind --:\n\n"
                + "$ put <key> -- <value>\n$ put -- <key> <value>",
        },
        new("del <key> [range_end]", "Deletes a key or a range of keys.", KvCommands.DeleteAsync, KvRequests.DeleteFlags),
        new("txn", "Does all of several requests, or others, in one transaction.", TxnCommand.RunAsync, TxnCommand.Flags)
        {
            Description =
                "Reads comparisons, requests for when all of them hold, and requests for when one does not, a line each;\n"
                + "an empty line ends each of the three parts:\n\n"
                + "mod(\"key1\") > \"0\"\n\nput key1 \"overwritten\"\n\nput key1 \"created\"\nput key2 \"another\"\n",
        },
        new("compaction <revision>", "Drops what was before a revision.", KvCommands.CompactAsync,
            CtlFlag.Switch("physical", "Wait until it is gone from the disk too.")),
        new("watch [key] [range_end] [--] [command arg1 ...]", "Prints the events of a key or a range of keys.", WatchCommand.RunAsync, WatchArguments.Flags),
        CtlCommand.Group("lease", "Leases, which keys end with.",
            new("grant <ttl>", "Grants a lease.", LeaseCommands.GrantAsync),
            new("revoke <leaseID>", "Ends a lease and its keys.", LeaseCommands.RevokeAsync),
            new("timetolive <leaseID>", "Tells how long a lease lives.", LeaseCommands.TimeToLiveAsync, LeaseCommands.TimeToLiveFlags),
            new("list", "Lists all leases.", LeaseCommands.ListAsync),
            new("keep-alive <leaseID>", "Keeps a lease alive.", LeaseCommands.KeepAliveAsync, LeaseCommands.KeepAliveFlags)),
    ];

    private static IEnumerable<CtlCommand> Cluster() =>
    [
        CtlCommand.Group("member", "The cluster's members.",
            new("add <memberName>", "Adds a member.", MemberCommands.AddAsync, MemberCommands.AddFlags),
            new("remove <memberID>", "Removes a member.", MemberCommands.RemoveAsync),
            new("update <memberID>", "Changes a member's peer URLs.", MemberCommands.UpdateAsync, MemberCommands.UpdateFlags),
            new("list", "Lists all members.", MemberCommands.ListAsync, MemberCommands.ListFlags)
            {
                Description = "In the simple format: id, status, name, peer URLs, client URLs, whether it is a learner.",
            },
            new("promote <memberID>", "Lets a learner vote.", MemberCommands.PromoteAsync)),
        new("endpoint <subcommand>", "The endpoints, one by one.", run: null)
        {
            Inherited = [EndpointCommands.Cluster],
            Children =
            [
                new("health", "Tells whether the endpoints answer.", EndpointCommands.HealthAsync),
                new("status", "Tells the state of the endpoints.", EndpointCommands.StatusAsync),
                new("hashkv", "Tells the hash of each endpoint's history.", EndpointCommands.HashKvAsync, EndpointCommands.HashFlags),
            ],
        },
        CtlCommand.Group("alarm", "Alarms, which keep a cluster from harm.",
            new("disarm", "Ends all alarms.", MaintenanceCommands.DisarmAsync),
            new("list", "Lists all alarms.", MaintenanceCommands.AlarmsAsync)),
        new("defrag", "Gives unused space of the endpoints back.", MaintenanceCommands.DefragAsync, MaintenanceCommands.DefragFlags),
        new("move-leader <memberID>", "Hands leadership to another member.", MaintenanceCommands.MoveLeaderAsync),
        CtlCommand.Group("snapshot", "Snapshots of the whole store.",
            new("save <filename>", "Saves a snapshot of the endpoint to a file.", SnapshotCommands.SaveAsync),
            new("restore <filename>", "Makes a data directory out of a snapshot.", SnapshotCommands.RestoreAsync, SnapshotCommands.RestoreFlags),
            new("status <filename>", "Tells hash, revision, keys and size of a snapshot.", SnapshotCommands.StatusAsync)),
        CtlCommand.Group("downgrade", "Going back to an earlier version.",
            new("validate <TARGET_VERSION>", "Tells whether the cluster could go back.", MaintenanceCommands.ValidateDowngradeAsync),
            new("enable <TARGET_VERSION>", "Begins to go back.", MaintenanceCommands.EnableDowngradeAsync),
            new("cancel", "Stays at the present version after all.", MaintenanceCommands.CancelDowngradeAsync)),
    ];

    private static IEnumerable<CtlCommand> Concurrency() =>
    [
        new("lock <lockname> [command arg1 ...]", "Holds a lock, while a command runs or until interrupted.", LockCommand.RunAsync, LockCommand.Flags),
        new("elect <election-name> [proposal]", "Stands for an election, or tells who leads.", ElectCommand.RunAsync, ElectCommand.Flags),
    ];

    private static IEnumerable<CtlCommand> Access() =>
    [
        CtlCommand.Group("auth", "Whether users have to show who they are.",
            new("enable", "Requires authentication from now on.", AuthCommands.EnableAsync),
            new("disable", "Requires authentication no more.", AuthCommands.DisableAsync),
            new("status", "Tells whether authentication is required.", AuthCommands.StatusAsync)),
        CtlCommand.Group("user", "Users.",
            new("add <user name or user:password>", "Adds a user.", UserCommands.AddAsync, UserCommands.AddFlags),
            new("delete <user name>", "Deletes a user.", UserCommands.DeleteAsync),
            new("get <user name>", "Tells the roles of a user.", UserCommands.GetAsync, UserCommands.GetFlags),
            new("list", "Lists all users.", UserCommands.ListAsync),
            new("passwd <user name>", "Changes the password of a user.", UserCommands.PasswordAsync, UserCommands.PasswordFlags),
            new("grant-role <user name> <role name>", "Grants a role to a user.", UserCommands.GrantAsync),
            new("revoke-role <user name> <role name>", "Takes a role from a user.", UserCommands.RevokeAsync)),
        CtlCommand.Group("role", "Roles, which are what users may do.",
            new("add <role name>", "Adds a role.", RoleCommands.AddAsync),
            new("delete <role name>", "Deletes a role.", RoleCommands.DeleteAsync),
            new("get <role name>", "Tells the permissions of a role.", RoleCommands.GetAsync),
            new("list", "Lists all roles.", RoleCommands.ListAsync),
            new("grant-permission <role name> <permission type> <key> [endkey]", "Permits a role a range of keys.", RoleCommands.GrantAsync, RoleCommands.PermissionFlags),
            new("revoke-permission <role name> <key> [endkey]", "Takes a permission from a role.", RoleCommands.RevokeAsync, RoleCommands.PermissionFlags)),
    ];

    private static CtlCommand Check() => CtlCommand.Group("check", "What a cluster bears.",
        new("perf", "Tells whether the cluster bears a load.", CheckCommands.PerfAsync, CheckCommands.PerfFlags),
        new("datascale", "Tells what memory data takes.", CheckCommands.DatascaleAsync, CheckCommands.DatascaleFlags));
}
