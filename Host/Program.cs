using ActorEtcd.Host.Cli;
using ActorEtcd.Host.Server;

return args switch
{
    ["bench", .. var rest] => await BenchCommand.RunAsync(rest),
    ["utl", .. var rest] => await UtlTool.RunAsync(rest),
    _ => await ServerCommand.RunAsync(args),
};
