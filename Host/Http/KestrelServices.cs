using System.Diagnostics;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace ActorEtcd.Host.Http;

/// <summary>
/// Kestrel's own services and nothing of ASP.NET. Made by its public extensions, because only they configure the
/// block pool: a server made by constructor takes every buffer from the shared array pool, which a thousand calls
/// at once overrun.
/// </summary>
internal static class KestrelServices
{
    public static ServiceProvider Create(FrontDoorOptions options, FrontDoorTransport transport, ILoggerFactory loggers)
    {
        var builder = new ServiceCollector();
        IServiceCollection services = builder.Services;
        services.AddOptions();
        services.AddMetrics();
        services.AddSingleton(loggers);
        services.AddSingleton(typeof(ILogger<>), typeof(Logger<>));
        services.AddSingleton<DiagnosticSource>(new DiagnosticListener("ActorEtcd.FrontDoor"));
        services.Configure<SocketTransportOptions>(sockets =>
        {
            sockets.Backlog = 4096;
            if (options.ReusePort)
            {
                sockets.CreateBoundListenSocket = SharedPort.Bind;
            }
        });
        services.Configure<KestrelServerOptions>(kestrel => KestrelSettings.Apply(kestrel, options));
        builder.UseKestrelCore();
        services.AddSingleton<IConnectionListenerFactory>(transport);
        return services.BuildServiceProvider();
    }

    /// <summary>Lets extensions for host builders add their services without a host.</summary>
    private sealed class ServiceCollector : IWebHostBuilder
    {
        public ServiceCollection Services { get; } = [];

#pragma warning disable ASPDEPR008 // The interface demands the member; nobody calls it.
        public IWebHost Build() => throw new NotSupportedException("There is no host.");
#pragma warning restore ASPDEPR008

        public IWebHostBuilder ConfigureAppConfiguration(Action<WebHostBuilderContext, IConfigurationBuilder> configureDelegate) =>
            this;

        public IWebHostBuilder ConfigureServices(Action<IServiceCollection> configureServices)
        {
            configureServices(Services);
            return this;
        }

        public IWebHostBuilder ConfigureServices(Action<WebHostBuilderContext, IServiceCollection> configureServices)
        {
            configureServices(new WebHostBuilderContext(), Services);
            return this;
        }

        public string? GetSetting(string key) => null;

        public IWebHostBuilder UseSetting(string key, string? value) => this;
    }
}
