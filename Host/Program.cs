using ActorEtcd.Host.Cli;
using ActorEtcd.Host.Cli.Completion;
using ActorEtcd.Host.Cli.Ctl;
using ActorEtcd.Host.GrpcProxy;
using ActorEtcd.Host.Proxy;
using ActorEtcd.Host.Server;

IgnoredInterrupt.Restore();

// The tools answer people and scripts, who wait: what the server needs is not even loaded for them.
Task<int> run = (CtlProcess.CalledAs(), args) switch
{
    ("etcdctl", _) => CtlProcess.RunAsync(args, "etcdctl"),
    ("etcdutl", _) => UtlTool.RunAsync(args, "etcdutl"),
    (_, ["ctl", .. var rest]) => CtlProcess.RunAsync(rest, "actor-etcd ctl"),
    (_, ["bench", .. var rest]) => BenchCommand.RunAsync(rest),
    (_, ["utl", .. var rest]) => UtlTool.RunAsync(rest),
    (_, ["gateway", .. var rest]) => GatewayCommand.RunAsync(rest),
    (_, ["grpc-proxy", .. var rest]) => GrpcProxyCommand.RunAsync(rest),
    (_, ["completion", .. var rest]) => CompletionCommand.RunAsync(rest),
    (_, ["__complete", .. var rest]) => CompletionCommand.CompleteAsync(rest),
    _ => ServerCommand.RunAsync(args),
};
return run.GetAwaiter().GetResult();
