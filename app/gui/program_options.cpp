// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/program_options.h"

#include <string_view>

namespace framegate {

Result<ProgramOptions> takeProgramOptions(std::vector<char*>& arguments) {
    constexpr std::string_view withFile = "--screenshot=";
    ProgramOptions options;
    std::vector<char*> rest;
    for (std::size_t index = 0; index < arguments.size(); ++index) {
        const std::string_view argument = arguments[index];
        if (argument == "--exit-when-done")
            options.exitWhenDone = true;
        else if (argument == "--no-confirm")
            options.noConfirm = true;
        else if (argument.substr(0, withFile.size()) == withFile)
            options.screenshot = argument.substr(withFile.size());
        else if (argument != "--screenshot")
            rest.push_back(arguments[index]);
        else if (++index < arguments.size())
            options.screenshot = arguments[index];
        else
            return failure(ErrorKind::InvalidInput, "COMMAND_LINE",
                           "--screenshot needs the name of a PNG file");
    }
    arguments = std::move(rest);
    return options;
}

const char* programOptionsHelp() {
    return "\nThe window:\n"
           "  --exit-when-done            Close it when the lot is over\n"
           "  --no-confirm                Do not ask when it is closed during a run\n"
           "  --screenshot FILE           Write a PNG of it at the end of the lot\n";
}

} // namespace framegate
