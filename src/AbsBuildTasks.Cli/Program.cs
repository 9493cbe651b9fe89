using AbsBuildTasks.Cli.Commands;

return AbsCommandLine.Run(args);
