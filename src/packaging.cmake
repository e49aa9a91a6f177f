# What `cmake --install` and CPack put where: the binary, its manual page and completions, the licence, the README and the
# quickstart. The manual and the completions are what the built binary itself prints.
include(GNUInstallDirs)

install(TARGETS zopo RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(FILES LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR} RENAME copyright)
install(FILES README.md CHANGELOG.md docs/manual.md DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(FILES configs/quickstart/task.json configs/quickstart/candidates.txt configs/quickstart/train.jsonl
              configs/quickstart/dev.jsonl configs/quickstart/test.jsonl configs/quickstart/responses.db
        DESTINATION ${CMAKE_INSTALL_DATADIR}/zopo/quickstart)

# zopo_install_output(<arguments> <folder> <file>): installs what `zopo arguments` prints.
function(zopo_install_output arguments folder file)
  set(made ${PROJECT_BINARY_DIR}/printed/${file})
  install(CODE "
    file(MAKE_DIRECTORY \"${PROJECT_BINARY_DIR}/printed\")
    execute_process(COMMAND \"$<TARGET_FILE:zopo>\" ${arguments} OUTPUT_FILE \"${made}\" COMMAND_ERROR_IS_FATAL ANY)")
  install(FILES ${made} DESTINATION ${folder})
endfunction()
zopo_install_output("manual" ${CMAKE_INSTALL_MANDIR}/man1 zopo.1)
foreach(topic task-file data metrics endpoints budgets methods scale exit-codes)
  zopo_install_output("help ${topic} --man" ${CMAKE_INSTALL_MANDIR}/man7 zopo-${topic}.7)
endforeach()
zopo_install_output("completion bash" ${CMAKE_INSTALL_DATADIR}/bash-completion/completions zopo)
zopo_install_output("completion zsh" ${CMAKE_INSTALL_DATADIR}/zsh/vendor-completions _zopo)
zopo_install_output("completion fish" ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d zopo.fish)

set(CPACK_GENERATOR TGZ DEB)
set(CPACK_PACKAGE_CONTACT "The zopo developers <zopo@localhost>")
set(CPACK_PACKAGE_VENDOR "zopo")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY ${PROJECT_DESCRIPTION})
set(CPACK_RESOURCE_FILE_LICENSE ${PROJECT_SOURCE_DIR}/LICENSE)
set(CPACK_STRIP_FILES ON)
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_SECTION science)
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS ca-certificates)
include(CPack)
