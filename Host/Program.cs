using ActorEtcd.Host.Cli;
using ActorEtcd.Host.Cli.Ctl;
using ActorEtcd.Host.Server;

// The tools answer people and scripts, who wait: what the server needs is not even loaded for them.
return (CtlProcess.CalledAs(), args) switch
{
    ("etcdctl", _) => await CtlProcess.RunAsync(args, "etcdctl"),
    ("etcdutl", _) => await UtlTool.RunAsync(args),
    (_, ["ctl", .. var rest]) => await CtlProcess.RunAsync(rest, "actor-etcd ctl"),
    (_, ["bench", .. var rest]) => await BenchCommand.RunAsync(rest),
    (_, ["utl", .. var rest]) => await UtlTool.RunAsync(rest),
    _ => await ServerCommand.RunAsync(args),
};
