using ActorEtcd.Host.Cli;
using ActorEtcd.Host.Server;

return args is ["bench", .. string[] benchArgs]
    ? await BenchCommand.RunAsync(benchArgs)
    : await ServerCommand.RunAsync(args);
